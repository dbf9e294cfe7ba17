// Reading aloud with the voice of the device. Where it has none for the language, there is no button.

const speech = globalThis.speechSynthesis;
const base = (tag) => tag.toLowerCase().split(/[-_]/)[0];

function voiceFor(language) {
  const voices = speech?.getVoices() ?? [];
  const fits = voices.filter((voice) => base(voice.lang) === base(language));
  // A voice on the device itself needs no network.
  return fits.find((voice) => voice.localService) ?? fits[0];
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

function read(texts, voice) {
  speech.cancel();
  for (const text of texts) {
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = 0.9;
    speech.speak(said);
  }
}

export function offerReading(main, language, words) {
  speech?.cancel();
  const voice = voiceFor(language);
  if (!voice) {
    // Some browsers know their voices only a moment later.
    speech?.addEventListener?.("voiceschanged", () => offerReading(main, language, words), { once: true });
    return;
  }
  if (main.querySelector(".listen")) return;
  const heading = main.querySelector("h1");
  const labels = [...main.querySelectorAll(".choice label")];
  const text = (element) => element.textContent.trim();
  const all = () => read([heading, ...labels].map(text), voice);
  heading.after(button(words.listenQuestion, words.listen, all));
  for (const label of labels) {
    label.after(button(`${words.listen}: ${text(label)}`, "", () => read([text(label)], voice)));
  }
}

addEventListener("pagehide", () => speech?.cancel());
