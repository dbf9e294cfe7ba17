// What the browser keeps by itself: answers that wait to be sent, and locked copies of those given here.
// Where it keeps nothing (some private windows), a map in memory takes its place for as long as the page lives.

const NAME = "bip";
const STORES = ["outbox", "copies"];

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    for (const store of STORES) request.result.createObjectStore(store, { autoIncrement: true });
  };
  return done(request);
}

class Kept {
  constructor(database) {
    this.database = database;
    this.lasting = true;
  }

  // Resolves when the change is on the disk, not when it is asked for.
  async change(store, action) {
    const transaction = this.database.transaction(store, "readwrite", { durability: "strict" });
    const result = done(action(transaction.objectStore(store)));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    return result;
  }

  read = (store, action) => done(action(this.database.transaction(store).objectStore(store)));
  add = (store, value) => this.change(store, (at) => at.add(value));
  put = (store, key, value) => this.change(store, (at) => at.put(value, key));
  get = (store, key) => this.read(store, (at) => at.get(key));
  remove = (store, key) => this.change(store, (at) => at.delete(key));
  clear = (store) => this.change(store, (at) => at.clear());
  keys = (store) => this.read(store, (at) => at.getAllKeys());
}

class Remembered {
  lasting = false;
  stores = Object.fromEntries(STORES.map((store) => [store, new Map()]));
  next = 1;

  async add(store, value) {
    this.stores[store].set(this.next, value);
    return this.next++;
  }
  put = async (store, key, value) => this.stores[store].set(key, value);
  get = async (store, key) => this.stores[store].get(key);
  remove = async (store, key) => this.stores[store].delete(key);
  clear = async (store) => this.stores[store].clear();
  keys = async (store) => [...this.stores[store].keys()];
}

// Without a secure context nothing can be locked, so nothing is written to the device.
export async function openDatabase(secure) {
  if (!secure) return new Remembered();
  try {
    return new Kept(await open());
  } catch {
    return new Remembered();
  }
}
