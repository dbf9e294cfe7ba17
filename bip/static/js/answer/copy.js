// What was answered in this tab, so that a reload without a network goes on where it was.
// It lies on the device under a key that only this tab has, and that is thrown away when the person leaves.

import { patience } from "/static/js/answer/patience.js";
import { fromBase64, lock, secure, toBase64, unlock } from "/static/js/answer/sealing.js";

const PAGES = "bip-pages";
const PATIENCE_MS = 15000;
// How long a page of the visit may take to follow another. A tab that was closed and is opened again comes later.
const NEXT_PAGE_MS = 60000;
const keyName = (address) => `bip.key.${address}`;
const GONE = "bip.gone";
// Tells the other tabs of the browser that somebody has left.
const tabs = globalThis.BroadcastChannel && new BroadcastChannel("bip");

export class Copy {
  constructor(database, address) {
    this.database = database;
    this.address = address;
    this.writing = Promise.resolve();
    this.keeping = Promise.resolve();
    this.stopKeeping = () => {};
    addEventListener("pagehide", () => this.begun && sessionStorage.setItem(GONE, String(Date.now())));
  }

  // Whether this tab has been here before, and the person has not left.
  get begun() {
    return sessionStorage.getItem(keyName(this.address)) !== null;
  }

  // Whether the page before this one was of the same visit, a moment ago.
  get follows() {
    const gone = Number(sessionStorage.getItem(GONE));
    return this.begun && Math.abs(Date.now() - gone) < NEXT_PAGE_MS;
  }

  get key() {
    const kept = sessionStorage.getItem(keyName(this.address));
    return kept && fromBase64(kept);
  }

  begin() {
    if (!this.begun) {
      const made = crypto.getRandomValues(new Uint8Array(32));
      sessionStorage.setItem(keyName(this.address), toBase64(made));
    }
    if (secure) this.keeping = this.keepPage();
  }

  // The page before the questions holds no answer; the worker shows it where there is no network.
  async keepPage() {
    const { signal, clear, giveUp } = patience(PATIENCE_MS);
    this.stopKeeping = giveUp;
    try {
      const page = await fetch(this.address, { cache: "no-store", signal });
      if (page.ok) await (await caches.open(PAGES)).put(this.address, page);
    } catch {
      // No room or no network: then a reload without a network will not find the page.
    } finally {
      clear();
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
    const text = JSON.parse(JSON.stringify(state));
    this.writing = this.writing
      .then(async () => {
        if (this.key && secure) await this.database.put("copies", this.address, await lock(this.key, text));
      })
      .catch(() => {});
    return this.writing;
  }

  async forget() {
    sessionStorage.removeItem(keyName(this.address));
    // Nothing that is still being written down may come after it is thrown away.
    this.stopKeeping();
    await Promise.all([this.writing, this.keeping]);
    await this.database.remove("copies", this.address).catch(() => {});
    await forgetPages();
  }
}

export async function forgetPages() {
  if (secure) await caches.delete(PAGES).catch(() => {});
}

// Whoever comes next finds nothing: no key, no copy, no page. What waits to be sent stays, locked.
export async function forgetAll(database) {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith("bip.")) sessionStorage.removeItem(name);
  }
  tabs?.postMessage("left");
  await database.clear("copies").catch(() => {});
  await forgetPages();
}

export function onLeftElsewhere(act) {
  tabs?.addEventListener("message", act);
}
