// Thanks on a shared tablet: where nobody touches it, the page makes room for the next person by itself.

const QUIET_MS = 90 * 1000;

let leaving;
function wait() {
  clearTimeout(leaving);
  leaving = setTimeout(() => document.querySelector("main .actions .primary").click(), QUIET_MS);
}

for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, wait, { passive: true });
wait();
