/** What must not be lost lies in IndexedDB: the queue of documents, the batch in hand, what the desk may do. */

export interface Store<T> {
  all(): Promise<T[]>;
  put(one: T): Promise<void>;
  remove(key: string): Promise<void>;
}

const NAME = "malu-warehouse";
const VERSION = 1;
const ROOMS = ["documents", "kept"] as const;
type Room = (typeof ROOMS)[number];

let opening: Promise<IDBDatabase> | null = null;

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((done, failed) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => ROOMS.forEach((room) => request.result.createObjectStore(room, { keyPath: "key" }));
    request.onsuccess = () => done(request.result);
    request.onerror = () => {
      opening = null;
      failed(request.error);
    };
  });
  return opening;
}

/** Resolves once the write is on disk: only then may the page say that it is kept. */
async function write(room: Room, act: (store: IDBObjectStore) => void): Promise<void> {
  const transaction = (await open()).transaction(room, "readwrite");
  act(transaction.objectStore(room));
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error);
    transaction.onerror = () => failed(transaction.error);
  });
}

export function room<T extends { key: string }>(name: Room): Store<T> {
  return {
    all: async () => answer<T[]>((await open()).transaction(name).objectStore(name).getAll()),
    put: (one) => write(name, (store) => store.put(one)),
    remove: (key) => write(name, (store) => store.delete(key)),
  };
}
