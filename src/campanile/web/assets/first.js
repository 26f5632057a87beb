// Runs before anything is drawn: the reader's theme, kept or the device's, so that no page flashes.
(() => {
  const kept = /(?:^|; )campanile_theme=(light|dark)/.exec(document.cookie);
  const theme = kept ? kept[1] : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  if (!kept) document.cookie = `campanile_theme=${theme}; path=/; SameSite=Strict`;
  document.documentElement.dataset.mantineColorScheme = theme;
})();
