// A rating is saved as it is made. Without scripts the button below the form does the same.

const form = document.querySelector("form[data-draft]");
const status = document.getElementById("saving");
const { draft, saving, saved, offline, stale } = form.dataset;
const PAUSE_MS = 400;
const AGAIN_MS = 10000;

let waiting = null;
let sending = null;
let changed = false;

const say = (words) => { if (status.textContent !== words) status.textContent = words; };

async function send() {
  clearTimeout(waiting);
  if (sending || !changed) return;
  changed = false;
  say(saving);
  sending = fetch(draft, { method: "POST", body: new FormData(form), redirect: "error" });
  try {
    const answer = await sending;
    if (answer.ok) say(saved.replace("{time}", (await answer.json()).time));
    // What cannot be saved like this is told by the page itself once the form is sent.
    else if (answer.status < 500) say(stale);
    else throw new Error(answer.status);
  } catch {
    changed = true;
    say(offline);
    waiting = setTimeout(send, AGAIN_MS);
  }
  sending = null;
  if (changed && status.textContent !== offline) send();
}

form.addEventListener("change", () => {
  changed = true;
  clearTimeout(waiting);
  waiting = setTimeout(send, PAUSE_MS);
});
form.addEventListener("submit", () => { changed = false; clearTimeout(waiting); });
addEventListener("online", send);
addEventListener("visibilitychange", () => { if (document.hidden) send(); });
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
