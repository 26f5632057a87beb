// Streams a chosen or dropped file to the server, which Dash's own upload would first hold in the browser's memory.
(() => {
  let sending = null;
  const say = (props) => Object.entries(props).forEach(([id, values]) => window.dash_clientside.set_props(id, values));
  const shown = (yes) => ({ style: { display: yes ? "block" : "none" } });
  const share = (value) => new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(value);

  const rest = (told, failed = false) => {
    sending = null;
    say({
      "data-sending": shown(false),
      "data-told": { children: told, className: failed ? "caution" : "quiet" },
    });
  };

  const trouble = (request) => {
    try {
      const problem = JSON.parse(request.responseText);
      return [problem.detail, problem.remedy].filter(Boolean).join(" ");
    } catch {
      return document.getElementById("data-drop").dataset.broken;
    }
  };

  const send = (file) => {
    const place = document.getElementById("data-drop");
    if (sending || !file || !place) return;
    sending = new XMLHttpRequest();
    const request = sending;
    request.open("POST", "/api/v1/uploads?name=" + encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => {
      const sent = event.total ? event.loaded / event.total : 0;
      say({ "data-progress": { value: 100 * sent }, "data-told": { children: `${file.name}: ${share(sent)}` } });
    };
    request.onload = () => {
      if (request.status >= 300) return rest(trouble(request), true);
      const upload = JSON.parse(request.responseText);
      rest("");
      say({ "data-upload": { data: { id: upload.id, name: upload.name, bytes: upload.bytes } } });
    };
    request.onerror = () => rest(place.dataset.broken, true);
    request.onabort = () => rest(place.dataset.stopped);
    say({ "data-progress": { value: 0 }, "data-sending": shown(true), "data-told": { children: file.name, className: "quiet" } });
    request.send(file);
  };

  const choose = () => {
    const input = Object.assign(document.createElement("input"), { type: "file" });
    input.onchange = () => send(input.files[0]);
    input.click();
  };

  const over = (event) => event.target.closest?.("#data-drop");
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#data-choose")) choose();
    if (event.target.closest?.("#data-cancel") && sending) sending.abort();
  });
  // A file dropped beside the zone would otherwise replace the whole page.
  document.addEventListener("dragover", (event) => {
    if (!document.getElementById("data-drop")) return;
    event.preventDefault();
    document.getElementById("data-drop").classList.toggle("over", Boolean(over(event)));
  });
  document.addEventListener("drop", (event) => {
    if (!document.getElementById("data-drop")) return;
    event.preventDefault();
    document.getElementById("data-drop").classList.remove("over");
    if (over(event)) send(event.dataTransfer.files[0]);
  });
  window.addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
})();
