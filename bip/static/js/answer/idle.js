// On a shared tablet: who has gone without saying so must not leave the questions open for the next person.

const QUIET_MS = 4 * 60 * 1000;
const WARNING_S = 60;

export function watchIdle(view, leave) {
  let since = Date.now();
  let dialog = null;

  const stay = () => {
    since = Date.now();
    dialog?.remove();
    dialog = null;
  };

  const warn = () => {
    document.body.append(view.part("idle"));
    dialog = document.body.querySelector("dialog.idle");
    dialog.addEventListener("cancel", stay);
    dialog.querySelector('[data-do="stay"]').addEventListener("click", stay);
    // Older tablets know no dialogs; there it stands at the end of the page.
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
  };

  const look = () => {
    const quiet = Date.now() - since;
    if (quiet >= QUIET_MS + WARNING_S * 1000) {
      stay();
      return leave();
    }
    if (quiet < QUIET_MS) return undefined;
    if (!dialog) warn();
    const number = Math.ceil((QUIET_MS + WARNING_S * 1000 - quiet) / 1000);
    // Said aloud every ten seconds only.
    if (number % 10 === 0 || !dialog.querySelector("[data-left]").textContent) {
      dialog.querySelector("[data-left]").textContent = view.fill(view.texts.secondsLeft, { number });
    }
    return undefined;
  };

  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, () => dialog || (since = Date.now()), { passive: true });
  }
  setInterval(look, 1000);
}
