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

const network = (request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });

async function firstFromNetwork(request, kept) {
  try {
    return await network(request);
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
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

addEventListener("install", (event) => event.waitUntil(keepFiles().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (paths.includes(pathname)) return event.respondWith(fileOf(request));
  if (request.mode !== "navigate") return;
  const response = pathname.match(/^.*\/answer\/[^/]+\//);
  if (response) event.respondWith(firstFromNetwork(request, async () => (await pageOf(response[0])) ?? entrance()));
  else if (pathname === KEPT.entrance) event.respondWith(firstFromNetwork(request, entrance));
});
