// What was answered in this tab, so that a reload without a network goes on where it was.
// It lies on the device under a key that only this tab has, and that is thrown away when the person leaves.

import { fromBase64, lock, secure, toBase64, unlock } from "/static/js/answer/sealing.js";

const PAGES = "bip-pages";
const keyName = (address) => `bip.key.${address}`;

export class Copy {
  constructor(database, address) {
    this.database = database;
    this.address = address;
    this.writing = Promise.resolve();
  }

  // Whether this tab has been here before, and the person has not left.
  get begun() {
    return sessionStorage.getItem(keyName(this.address)) !== null;
  }

  get key() {
    const kept = sessionStorage.getItem(keyName(this.address));
    return kept && fromBase64(kept);
  }

  async begin() {
    if (!this.begun) {
      const made = crypto.getRandomValues(new Uint8Array(32));
      sessionStorage.setItem(keyName(this.address), toBase64(made));
    }
    if (secure) await this.keepPage();
  }

  // The page before the questions holds no answer; the worker shows it where there is no network.
  async keepPage() {
    try {
      await (await caches.open(PAGES)).add(new Request(this.address, { cache: "no-store" }));
    } catch {
      // No room or no network: then a reload without a network will not find the page.
    }
  }

  async read() {
    const locked = this.key && secure && (await this.database.get("copies", this.address));
    try {
      return locked ? await unlock(this.key, locked) : null;
    } catch {
      return null;
    }
  }

  write(state) {
    const text = structuredClone(state);
    this.writing = this.writing
      .then(async () => {
        if (this.key && secure) await this.database.put("copies", this.address, await lock(this.key, text));
      })
      .catch(() => {});
    return this.writing;
  }

  async forget() {
    sessionStorage.removeItem(keyName(this.address));
    await this.writing;
    await this.database.remove("copies", this.address);
    await forgetPages();
  }
}

export async function forgetPages() {
  if (secure) await caches.delete(PAGES);
}

// Whoever comes next finds nothing: no key, no copy, no page. What waits to be sent stays, locked.
export async function forgetAll(database) {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith("bip.")) sessionStorage.removeItem(name);
  }
  await database.clear("copies");
  await forgetPages();
}
