// Reading aloud: with the instrument's recordings where it has them, else with the voice of the device. What
// neither can say has no button.

const speech = globalThis.speechSynthesis;
const base = (tag) => tag.toLowerCase().split(/[-_]/)[0];
let playing;
let turn = 0;

function voiceFor(language) {
  const voices = speech?.getVoices() ?? [];
  const fits = voices.filter((voice) => base(voice.lang) === base(language));
  // A voice on the device itself needs no network.
  return fits.find((voice) => voice.localService) ?? fits[0];
}

function stop() {
  turn += 1;
  playing?.pause();
  speech?.cancel();
}

const play = (address) =>
  new Promise((resolve, reject) => {
    playing = new Audio(address);
    playing.onended = resolve;
    playing.onerror = reject;
    playing.play().catch(reject);
  });

const speak = (text, voice) =>
  new Promise((resolve) => {
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = 0.9;
    said.onend = said.onerror = resolve;
    speech.speak(said);
  });

// One after the other, until something else is to be read. A recording that cannot be had is spoken.
async function read(parts, voice) {
  stop();
  const own = turn;
  for (const { address, text } of parts) {
    const played = address && (await play(address).then(() => true, () => false));
    if (own !== turn) return;
    if (!played && voice) await speak(text, voice);
    if (own !== turn) return;
  }
}

function button(label, name, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button quiet listen";
  made.setAttribute("aria-label", label);
  made.textContent = name;
  made.addEventListener("click", onClick);
  return made;
}

// `recorded`: addresses by answer, the question's under "".
export function offerReading(main, language, words, recorded) {
  stop();
  const voice = voiceFor(language);
  // Some browsers know their voices only a moment later.
  if (!voice) speech?.addEventListener?.("voiceschanged", () => offerReading(main, language, words, recorded), { once: true });
  if (main.querySelector(".listen")) return;
  const part = (element, value) => ({ text: element.textContent.trim(), address: recorded[value] });
  const heading = main.querySelector("h1");
  const question = part(heading, "");
  const answers = [...main.querySelectorAll(".choice")].map((choice) => {
    const label = choice.querySelector("label");
    return { label, ...part(label, choice.querySelector("input").value) };
  });
  const canRead = ({ address }) => voice || address;
  if (!canRead(question)) return;
  const all = [question, ...answers].filter(canRead);
  heading.after(button(words.listenQuestion, words.listen, () => read(all, voice)));
  for (const answer of answers.filter(canRead)) {
    answer.label.after(button(`${words.listen}: ${answer.text}`, "", () => read([answer], voice)));
  }
}

addEventListener("pagehide", stop);
