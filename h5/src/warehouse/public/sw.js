// Keeps the warehouse page on the phone, so that it opens without a network. Data are never kept here.
const KEPT = "malu-warehouse-1";
const PAGE = "/warehouse";
const BASE = "/h5/warehouse/";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fetch(PAGE).then(keepPage).then(keepAssets));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keepPage(answer) {
  if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put(PAGE, answer.clone());
  return answer;
}

// All that this release may ask for, the decoder of the camera too; what earlier ones left is dropped.
async function keepAssets() {
  const manifest = await (await fetch(`${BASE}.vite/manifest.json`)).json();
  const names = Object.values(manifest).flatMap(({ file, css = [] }) => [file, ...css]);
  const wanted = new Set(names.map((name) => new URL(BASE + name, self.location.origin).href));
  const cache = await caches.open(KEPT);
  for (const { url } of await cache.keys()) {
    if (wanted.has(url)) wanted.delete(url);
    else if (new URL(url).pathname.startsWith(BASE)) await cache.delete(url);
  }
  await cache.addAll([...wanted]);
}

// The page itself: today's if the network answers, else the last one.
async function freshFirst(event) {
  try {
    const answer = await keepPage(await fetch(event.request));
    event.waitUntil(keepAssets().catch(() => undefined));
    return answer;
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname.startsWith(PAGE)) event.respondWith(freshFirst(event));
  // Scripts and styles carry their content's hash in the name: what is kept is right.
  else if (pathname.startsWith(`${BASE}assets/`))
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});
