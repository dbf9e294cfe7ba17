// Drawing a question, the summary and what is said while sending, from the templates that came with the page.

const main = document.getElementById("main");
const texts = JSON.parse(document.getElementById("texts").textContent);
const site = document.title.slice(document.title.lastIndexOf(" – "));

const template = (name) => document.querySelector(`template[data-${name}]`);
const part = (name) => template(`part="${name}"`).content.cloneNode(true);
export const questionTemplates = [...document.querySelectorAll("template[data-question]")];
export { main, part, texts };

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function show(content, title) {
  main.replaceChildren(content);
  document.title = title + site;
  const heading = main.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function setProgress(content, words, answered) {
  const label = content.querySelector(".progress");
  const bar = label.querySelector("progress");
  bar.value = answered;
  label.replaceChildren(`${words} `, bar);
}

export function showCount(content, number, total, answered) {
  setProgress(content, fill(texts.counted, { number, total, answered }), answered);
}

export function showQuestion(number, total, answered, standing, value) {
  const content = questionTemplates[number - 1].content.cloneNode(true);
  showCount(content, number, total, answered);
  const chosen = content.querySelector(`input[value="${value}"]`);
  if (chosen) chosen.checked = true;
  const unseen = standing === "answered" && !chosen;
  if (unseen || standing === "skipped") {
    content.querySelector("form .actions").before(part(unseen ? "answered" : "skipped"));
  }
  content.querySelector('[name="skip"]').textContent = standing === "answered" ? texts.remove : texts.skip;
  show(content, content.querySelector("h1").textContent.trim());
}

// Beside the answers, and where the keyboard goes on.
export function askToChoose() {
  const field = main.querySelector(".field");
  field.querySelector(".error")?.remove();
  field.classList.add("invalid");
  field.querySelector(".choices").before(part("choose"));
  field.querySelector("input").focus();
}

// The pages beside the questions come back to where one is.
export function leadBackTo(number) {
  for (const link of document.querySelectorAll(".help a[href*='number=']")) {
    link.href = link.getAttribute("href").replace(/number=\d+/, `number=${number}`);
  }
}

export function wordsOf(index, value) {
  const content = questionTemplates[index].content;
  const chosen = content.querySelector(`input[value="${value}"]`);
  return chosen && content.querySelector(`label[for="${chosen.id}"]`).textContent.trim();
}

export function showSummary(standings, values, address) {
  const content = part("summary");
  const answered = standings.filter((one) => one === "answered").length;
  const total = standings.length;
  setProgress(content, fill(texts.answeredOf, { answered, total }), answered);
  content.querySelectorAll("li").forEach((line, index) => {
    line.querySelector("a").href = address + (index + 1);
    const words = standings[index] === "answered" && wordsOf(index, values[index]);
    line.querySelector("[data-standing]").textContent = words || texts[standings[index]];
  });
  if (!standings.includes("open")) content.querySelector("[data-if-open]").remove();
  show(content, texts.summary);
}

export function showSending({ reached, kept, kiosk }) {
  const content = part("sending");
  const told = reached ? "sending" : kept ? "waiting" : "unkept";
  for (const one of ["sending", "waiting", "unkept"]) {
    if (one !== told) content.querySelector(`[data-if-${one}]`).remove();
  }
  if (reached || !kiosk || !kept) content.querySelector('[data-do="leave"]').remove();
  if (reached) content.querySelector(".actions").remove();
  show(content, texts.sending);
}
