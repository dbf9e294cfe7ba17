// The line that says what is saved where. "Saved" means: the server has it.

export class Status {
  constructor(line, texts, outbox) {
    Object.assign(this, { line, texts, outbox });
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button quiet small";
    this.button.textContent = texts.send;
    this.button.addEventListener("click", () => outbox.send());
    this.given = false;
    outbox.addEventListener("change", () => this.show());
  }

  get words() {
    const { waiting, stuck, unreached, lasting } = this.outbox;
    if (stuck.size > 0) return ["problem", this.fill(this.texts.stuck, stuck.size)];
    if (waiting === 0) return this.given ? ["done", this.texts.saved] : ["", ""];
    if (!unreached && navigator.onLine) return ["", this.texts.saving];
    return ["waiting", this.fill(lasting ? this.texts.waiting : this.texts.unkept, waiting)];
  }

  fill = (text, number) => text.replace("{number}", number);

  show() {
    if (this.outbox.waiting > 0) this.given = true;
    const [kind, words] = this.words;
    if (this.line.dataset.words === words) return;
    this.line.dataset.words = words;
    this.line.dataset.kind = kind;
    this.line.replaceChildren(words, ...(kind === "waiting" ? [" ", this.button] : []));
  }
}
