// Answers on their way: written down before anything else, sent in order, kept until the server has them.
//
// Events: "change" (something came in or went out), "acknowledged" (detail: key, status, result).

import { newId, sealerFor, secure } from "/static/js/answer/sealing.js";

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30000;
const PATIENCE_MS = 15000;
// The server has it: saved, or kept for the coordinator.
const ARRIVED = [200, 409];
// It will never be taken in as it is; it stays here, and the page says so.
const REFUSED = [400, 403, 413];

export class Outbox extends EventTarget {
  constructor(database, { sendTo, key }) {
    super();
    this.database = database;
    this.sendTo = sendTo;
    this.sealer = secure && key ? sealerFor(key) : null;
    this.writing = Promise.resolve();
    this.stuck = new Set();
    this.waiting = 0;
    this.retryMs = FIRST_RETRY_MS;
    this.lastStamp = 0;
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
  }

  // One after the other, so that what was chosen last is also sent last. Resolves with its key once it is kept.
  add(message) {
    const stamp = this.stamp();
    const text = JSON.stringify(message.kind === "answer" ? { id: newId(), ...message } : message);
    const added = this.writing.then(async () => {
      const body = this.sealer ? await (await this.sealer)(text) : text;
      return this.database.add("outbox", { body, stamp });
    });
    this.writing = added.catch(() => {});
    this.waiting += 1;
    this.changed();
    added.then(() => this.send());
    return added;
  }

  // The clock may be wrong and may jump back; answers still follow one another.
  stamp() {
    this.lastStamp = Math.max(Date.now(), this.lastStamp + 1);
    return this.lastStamp;
  }

  async count() {
    await this.writing;
    this.waiting = (await this.database.keys("outbox")).length;
    this.changed();
    return this.waiting;
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  // In one tab at a time; a second would do no harm, for the server takes the same in once.
  send() {
    this.sending ??= this.withLock(() => this.sendAll())
      .catch(() => {})
      .finally(() => {
        this.sending = null;
        this.count();
      });
    return this.sending;
  }

  withLock(work) {
    return navigator.locks ? navigator.locks.request("bip-outbox", work) : work();
  }

  async sendAll() {
    clearTimeout(this.retry);
    for (;;) {
      await this.writing;
      const key = (await this.database.keys("outbox")).find((one) => !this.stuck.has(one));
      if (key === undefined) return;
      const status = await this.sendOne(key);
      if (!status) return this.later();
      this.retryMs = FIRST_RETRY_MS;
      await this.count();
    }
  }

  // The status, or undefined where it must be tried again.
  async sendOne(key) {
    const record = await this.database.get("outbox", key);
    if (!record) return 404;
    const age = Math.max(0, Math.round(Date.now() - record.stamp));
    const type = typeof record.body === "string" ? "application/json" : "application/octet-stream";
    let reply;
    try {
      reply = await fetch(`${this.sendTo}?age=${age}`, {
        method: "POST",
        body: record.body,
        headers: { "Content-Type": type },
        credentials: "omit",
        cache: "no-store",
        keepalive: true,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch {
      this.unreached = true;
      return undefined;
    }
    this.unreached = false;
    const { status } = reply;
    if (ARRIVED.includes(status)) {
      const { result } = await reply.json().catch(() => ({}));
      await this.database.remove("outbox", key);
      this.dispatchEvent(new CustomEvent("acknowledged", { detail: { key, status, result } }));
      return status;
    }
    if (!REFUSED.includes(status)) return undefined;
    this.stuck.add(key);
    return status;
  }

  later() {
    this.retry = setTimeout(() => this.send(), this.retryMs);
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
  }
}
