// Pages beside and after the questions on a shared tablet: who has gone away without a word leaves room for the
// next person. No answer is given on them, so nobody is asked first.

const { quiet, entrance } = document.querySelector("script[data-quiet]").dataset;

let leaving;
function wait() {
  clearTimeout(leaving);
  leaving = setTimeout(() => location.replace(entrance), quiet * 1000);
}

for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, wait, { passive: true });
// The questions go on only where the page before was left a moment ago.
addEventListener("pagehide", () => sessionStorage.setItem("bip.gone", String(Date.now())));
wait();
