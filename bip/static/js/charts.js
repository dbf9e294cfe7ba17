// Draws every `.plot` from its figure in JSON, which stands beside it or under the id in `data-plot`.

const SETTINGS = { displayModeBar: false };
// Narrower than this, what a figure holds as `narrow` takes the place of those parts of its layout.
const NARROW = 480;

const plots = [...document.querySelectorAll(".plot")];

// A figure names colours as "var(--name)", so that one figure serves light and dark.
function figureOf(plot) {
  const source = document.getElementById(plot.dataset.plot) ?? plot.nextElementSibling;
  const style = getComputedStyle(plot);
  const colour = (_, name) => JSON.stringify(style.getPropertyValue(name).trim());
  return JSON.parse(source.textContent.replace(/"var\((--[\w-]+)\)"/g, colour));
}

function draw(plot) {
  const { data, layout, narrow } = figureOf(plot);
  if (!plot.matches(".js-plotly-plot")) plot.replaceChildren();
  const width = plot.clientWidth;
  Plotly.react(plot, data, { ...layout, ...(width < NARROW && narrow), width }, SETTINGS);
  plot.dataset.width = width;
}

// A plot in a folded place has no width until it is opened.
function drawResized() {
  for (const plot of plots) {
    const width = plot.clientWidth;
    if (width > 0 && plot.dataset.width !== String(width)) draw(plot);
  }
}

if (window.Plotly) {
  // Drawing changes heights: after the frame, or the observer would complain of its own doing.
  const observer = new ResizeObserver(() => requestAnimationFrame(drawResized));
  for (const plot of plots) observer.observe(plot);
  // The condition under which the tokens turn dark; paper is light.
  matchMedia("screen and (prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const plot of plots.filter((plot) => plot.dataset.width)) draw(plot);
  });
}
