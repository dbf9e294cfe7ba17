// Shows participants' pages where there is no network. KEPT, before this line, names what it keeps and changes
// with every version. It sees no answers: they go past it, straight to the server.

const FILES = "bip-files";
const PAGES = "bip-pages";
const PATIENCE_MS = 5000;

async function keepFiles() {
  const cache = await caches.open(FILES);
  await cache.addAll(KEPT.files);
  // Without cookies: as somebody sees it who has never been here.
  await cache.add(new Request(KEPT.entrance, { credentials: "omit", cache: "no-store" }));
  const wanted = new Set([...KEPT.files, KEPT.entrance].map((path) => new URL(path, location.origin).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

// Patience has an end only where something is kept, and only until an answer begins to come.
async function firstFromNetwork(request, kept) {
  const found = await kept();
  if (!found) return fetch(request);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE_MS);
  try {
    return await fetch(request, { signal: controller.signal });
  } catch {
    return found;
  } finally {
    clearTimeout(timer);
  }
}

// A style sheet names its pictures without their version.
const paths = KEPT.files.map((file) => file.split("?")[0]);
const inAnyVersion = (request) => caches.match(request, { cacheName: FILES, ignoreSearch: true });
// The version that is asked for, wherever it is; of another version only where there is no network.
const fileOf = async (request) =>
  (await caches.match(request, { cacheName: FILES })) ?? firstFromNetwork(request, () => inAnyVersion(request));
const pageOf = (address) => caches.match(address, { cacheName: PAGES, ignoreVary: true });
const entrance = () => caches.match(KEPT.entrance, { cacheName: FILES, ignoreVary: true });

// Where the person has left there is no kept page: then the entrance, if the network does not answer at all.
const questions = (request, address) =>
  firstFromNetwork(request, () => pageOf(address)).catch(async (error) => {
    const found = await entrance();
    if (found) return found;
    throw error;
  });

addEventListener("install", (event) => event.waitUntil(keepFiles().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (paths.includes(pathname)) return event.respondWith(fileOf(request));
  if (request.mode !== "navigate") return;
  const response = pathname.match(/^.*\/answer\/[^/]+\//);
  if (response) event.respondWith(questions(request, response[0]));
  else if (pathname === KEPT.entrance) event.respondWith(firstFromNetwork(request, entrance));
});
