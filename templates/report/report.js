"use strict";
(function () {
  const articles = [...document.querySelectorAll("main > article")];
  const links = [...document.querySelectorAll(".languages a")];
  const skips = [...document.querySelectorAll(".skip")];
  const settings = { responsive: true, displayModeBar: false };

  // A plot in a hidden or folded place has no width, so it is drawn when it can be seen.
  function drawShown() {
    for (const plot of document.querySelectorAll(".plot:not([data-drawn])")) {
      if (plot.offsetWidth > 0) draw(plot);
    }
  }

  // A figure names its colours as "var(--name)".
  function figureOf(plot) {
    const style = getComputedStyle(plot);
    const colour = (_, name) => JSON.stringify(style.getPropertyValue(name).trim());
    const text = document.getElementById(plot.dataset.plot).textContent;
    return JSON.parse(text.replace(/"var\((--[\w-]+)\)"/g, colour));
  }

  function draw(plot) {
    const figure = figureOf(plot);
    plot.dataset.drawn = "";
    plot.replaceChildren();
    Plotly.newPlot(plot, figure.data, figure.layout, settings);
  }

  function show(language) {
    document.documentElement.lang = language;
    for (const article of articles) article.hidden = article.lang !== language;
    for (const skip of skips) skip.hidden = skip.lang !== language;
    for (const link of links) {
      if (link.lang === language) {
        link.setAttribute("aria-current", "true");
        document.title = link.dataset.title;
      } else {
        link.removeAttribute("aria-current");
      }
    }
    drawShown();
  }

  function languageOf(hash) {
    const language = hash.slice(1, 3);
    return articles.some((article) => article.lang === language) ? language : articles[0].lang;
  }

  function follow() {
    show(languageOf(location.hash));
    const target = document.getElementById(location.hash.slice(1));
    if (target) target.scrollIntoView();
  }

  // Paper cannot unfold: everything is opened for it, and folded again afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
    drawShown();
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
  addEventListener("hashchange", follow);
  document.addEventListener("toggle", drawShown, true);
  follow();
})();
