// Answers on their way: written down before anything else, sent in order, kept until the server has them.
//
// Events: "change" (something came in or went out); "acknowledged" and "refused" (detail: mark and kind of the
// message, and the server's result). A mark says which tab's a message is, to nobody but that tab.

import { patience } from "/static/js/answer/patience.js";
import { newId, sealerFor, secure } from "/static/js/answer/sealing.js";

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30000;
const PATIENCE_MS = 15000;
// The server has it: saved, kept for the coordinator, or too late to submit. Only its own word counts: on open
// networks somebody else may answer "200" with a page of theirs.
const ARRIVED = ["saved", "held", "closed"];
// It will never be taken in as it is; it stays here, and the page says so.
const REFUSED = ["unreadable", "token"];

export class Outbox extends EventTarget {
  constructor(database, { sendTo, key }) {
    super();
    this.database = database;
    this.sendTo = sendTo;
    this.sealer = secure && key ? sealerFor(key) : null;
    this.writing = Promise.resolve();
    // What the device would not write down: it lives as long as the page.
    this.unwritten = new Map();
    this.adding = 0;
    this.stuck = new Set();
    this.waiting = 0;
    this.retryMs = FIRST_RETRY_MS;
    this.lastStamp = 0;
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
  }

  // Whether what waits outlives the page.
  get lasting() {
    return this.database.lasting && this.unwritten.size === 0;
  }

  // One after the other, so that what was chosen last is also sent last. Resolves once it is kept.
  add(message, mark) {
    const stamp = this.stamp();
    const text = JSON.stringify(message.kind === "answer" ? { id: newId(), ...message } : message);
    this.adding += 1;
    this.waiting += 1;
    this.changed();
    this.writing = this.writing.then(async () => {
      const body = this.sealer ? await (await this.sealer)(text) : text;
      await this.keep({ body, stamp, mark, kind: message.kind });
      this.adding -= 1;
    });
    return this.writing.then(() => void this.send());
  }

  async keep(record) {
    // Once one could not be written down, those after it stay behind it.
    if (this.unwritten.size === 0) {
      try {
        return await this.database.add("outbox", record);
      } catch {
        // The device is full, or its store is gone.
      }
    }
    return this.unwritten.set(`page-${record.stamp}`, record);
  }

  // The clock may be wrong and may jump back; answers still follow one another.
  stamp() {
    this.lastStamp = Math.max(Date.now(), this.lastStamp + 1);
    return this.lastStamp;
  }

  async keys() {
    const kept = await this.database.keys("outbox").catch(() => []);
    return [...kept, ...this.unwritten.keys()];
  }

  async count() {
    const { length } = await this.keys();
    this.waiting = length + this.adding;
    this.changed();
    return this.waiting;
  }

  // As `count`, once all that was given is kept.
  async settled() {
    await this.writing;
    return this.count();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  // In one tab at a time; a second would do no harm, for the server takes the same in once.
  send() {
    this.sending ??= this.withLock(() => this.sendAll())
      .catch(() => this.later())
      .then(() => {
        this.sending = null;
        return this.count();
      })
      .then((waiting) => waiting > this.stuck.size && !this.retry && this.send());
    return this.sending;
  }

  withLock(work) {
    return navigator.locks ? navigator.locks.request("bip-outbox", work) : work();
  }

  async sendAll() {
    clearTimeout(this.retry);
    this.retry = null;
    for (;;) {
      await this.writing;
      const key = (await this.keys()).find((one) => !this.stuck.has(one));
      if (key === undefined) return;
      if (!(await this.sendOne(key))) return this.later();
      this.retryMs = FIRST_RETRY_MS;
      await this.count();
    }
  }

  // Whether the server has said what becomes of it; if not, it must be tried again.
  async sendOne(key) {
    const record = this.unwritten.get(key) ?? (await this.database.get("outbox", key));
    // Another tab was faster.
    if (!record) return true;
    const result = await this.post(record);
    this.unreached = result === undefined;
    if (ARRIVED.includes(result)) {
      if (!this.unwritten.delete(key)) await this.database.remove("outbox", key);
      return this.tell("acknowledged", record, result);
    }
    if (!REFUSED.includes(result)) return false;
    this.stuck.add(key);
    return this.tell("refused", record, result);
  }

  tell(what, { mark, kind }, result) {
    this.dispatchEvent(new CustomEvent(what, { detail: { mark, kind, result } }));
    return true;
  }

  async post({ body, stamp }) {
    const age = Math.max(0, Math.round(Date.now() - stamp));
    const type = typeof body === "string" ? "application/json" : "application/octet-stream";
    const { signal, clear } = patience(PATIENCE_MS);
    try {
      const reply = await fetch(`${this.sendTo}?age=${age}`, {
        method: "POST",
        body,
        headers: { "Content-Type": type },
        credentials: "omit",
        cache: "no-store",
        keepalive: true,
        signal,
      });
      return (await reply.json()).result;
    } catch {
      return undefined;
    } finally {
      clear();
    }
  }

  later() {
    this.retry = setTimeout(() => this.send(), this.retryMs);
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
  }
}
