"use strict";
const root = document.documentElement;
const look = JSON.parse(document.getElementById("look").textContent);
const plots = [...document.querySelectorAll(".plot")];
const system = matchMedia("(prefers-color-scheme: dark)");
const theme = () => root.dataset.theme || (system.matches ? "dark" : "light");
const colours = new RegExp(look.colours, "gi");

function draw(plot, shown = theme(), width = undefined) {
  let text = plot.nextElementSibling.textContent;
  if (shown === "dark") text = text.replace(colours, (found) => look.dark[found.replace(/\s/g, "").toUpperCase()]);
  const { data, layout } = JSON.parse(text);
  layout.template = look.templates[shown];
  if (width) Object.assign(layout, { width, autosize: false });
  plot.dataset.drawn = "yes";
  return Plotly.react(plot, data, layout, { displayModeBar: false, responsive: true, locale: look.locale.name });
}

function redraw(shown, width) {
  plots.filter((plot) => plot.dataset.drawn || width).forEach((plot) => draw(plot, shown, width));
}

if (plots.length) {
  Plotly.register(look.locale);
  const watch = new IntersectionObserver((seen) => {
    for (const { target } of seen.filter((entry) => entry.isIntersecting && !entry.target.dataset.drawn)) draw(target);
  }, { rootMargin: "800px" });
  plots.forEach((plot) => watch.observe(plot));
}

const button = document.getElementById("theme");
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = theme() === "dark" ? "light" : "dark";
  redraw();
});
system.addEventListener("change", () => redraw());

// Paper is light and as wide as A4 between its margins; what is folded is shown.
const folded = () => [...document.querySelectorAll("details:not([open])")];
let opened = [];
addEventListener("beforeprint", () => {
  opened = folded();
  opened.forEach((part) => (part.open = true));
  redraw("light", 680);
});
addEventListener("afterprint", () => {
  opened.forEach((part) => (part.open = false));
  redraw();
});
