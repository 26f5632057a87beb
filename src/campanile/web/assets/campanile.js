// The few things that only the browser can do. Pages call them as clientside callbacks.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  campanile: {
    // The page's state as its address; a language that it names stays.
    address(state) {
      const said = Object.entries(state).filter(([name, value]) => name !== "page" && value !== null && value !== "");
      const lang = new URLSearchParams(location.search).get("lang");
      if (lang) said.push(["lang", lang]);
      return said.length ? "?" + new URLSearchParams(said) : "";
    },
    // Which page to show; an address that the page wrote itself changes nothing.
    ask(path, search, finished, state) {
      const { campanile: own, callback_context: { triggered }, no_update } = window.dash_clientside;
      const written = state && state.page === path && own.address(state) === (search || "");
      // A job may end in the moment in which the page writes its address: both are told at once.
      const ended = triggered.some((one) => one.prop_id === "finished.data");
      return triggered.length && !ended && written ? no_update : { path, search: search || "", finished };
    },
    // When to look how far a job is: once the last look was answered; one whose answer was lost is waited for half a minute.
    look(_, asked, seen) {
      const now = Date.now();
      return asked && asked !== seen && now - asked < 30000 ? window.dash_clientside.no_update : now;
    },
    title(page) {
      document.title = `${page} · Campanile`;
      return window.dash_clientside.no_update;
    },
    // Theme and language are the server's to draw: the page is asked for again, as it is.
    theme() {
      const dark = document.documentElement.dataset.mantineColorScheme === "dark";
      document.cookie = `campanile_theme=${dark ? "light" : "dark"}; path=/; max-age=31536000; SameSite=Strict`;
      location.reload();
      return window.dash_clientside.no_update;
    },
    language(lang) {
      const asked = new URLSearchParams(location.search);
      asked.set("lang", lang);
      location.search = asked.toString();
      return window.dash_clientside.no_update;
    },
    // Which cards of Why the slider shows; the others stay drawn, out of sight.
    shown(features, cards) {
      return cards.map((card) => (card.at < features ? "why-card" : "why-card beyond"));
    },
    // A slider's value as the page's state once it rests: not every step belongs into the history.
    settled(cut, shown) {
      const own = window.dash_clientside.campanile;
      const told = new URLSearchParams(location.search);
      if (String(cut) === String(told.get("cut") ?? shown.cut)) return window.dash_clientside.no_update;
      const beside = Object.fromEntries(["first", "second"].filter((one) => told.has(one)).map((one) => [one, told.get(one)]));
      const turn = (own.turn = (own.turn || 0) + 1);
      return new Promise((go) => setTimeout(
        () => go(turn === own.turn ? { ...beside, ...shown.state, cut } : window.dash_clientside.no_update), 300));
    },
    // Opened by its button, closed by going to another page.
    menu(opened, path, navbar) {
      const button = window.dash_clientside.callback_context.triggered_id === "burger";
      return { ...navbar, collapsed: { mobile: !(button && opened) } };
    },
    // The address says what is shown, and here in which language too. Outside a secure context there is no
    // clipboard: then a selection is copied.
    async share(clicks) {
      if (!clicks) return window.dash_clientside.no_update;
      const address = new URL(location.href);
      address.searchParams.set("lang", document.documentElement.lang);
      const { copied, failed } = document.getElementById(window.dash_clientside.callback_context.triggered_id).dataset;
      try {
        await navigator.clipboard.writeText(address.href);
        return copied;
      } catch {
        const field = Object.assign(document.createElement("textarea"), { value: address.href });
        document.body.append(field);
        field.select();
        const done = document.execCommand("copy");
        field.remove();
        return done ? copied : failed;
      }
    },
  },
});
// A session that has ended: the page is asked for again, and the answer is the page that asks to sign in.
{
  const ask = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await ask(...asked);
    if (answer.status === 401) location.reload();
    return answer;
  };
}
