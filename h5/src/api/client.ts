/** The one place that talks to the server: JSON, honest errors, one silent renewal of the session. */

export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** What the caller sees when no answer came: no network, a time-out, a page that is not ours. */
export const UNREACHABLE = "network.unreachable";

export interface Options {
  /** JSON, or a file, which is the body itself. */
  body?: unknown;
  /** Same key and same input replays the answer. */
  key?: string;
  signal?: AbortSignal;
  /** False where a 401 is the answer itself, as it is when signing in. */
  renews?: boolean;
}

type Method = "GET" | "POST" | "DELETE";

function request(method: Method, options: Options): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json" };
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (document.documentElement.lang) headers["Accept-Language"] = document.documentElement.lang;
  if (options.key) headers["Idempotency-Key"] = options.key;
  if (options.signal) init.signal = options.signal;
  if (options.body instanceof Blob) {
    headers["Content-Type"] = "application/octet-stream";
    init.body = options.body;
  } else if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  return init;
}

async function reach(method: Method, path: string, options: Options): Promise<Response> {
  try {
    return await fetch(path, request(method, options));
  } catch {
    throw new ApiError(UNREACHABLE, 0, "");
  }
}

let renewal: Promise<boolean> | null = null;

/** Several calls that meet a 401 together share one renewal, because a refresh token works once. */
function renew(): Promise<boolean> {
  renewal ??= reach("POST", "/api/session/refresh", { body: {} })
    .then((answer) => answer.ok, () => false)
    .finally(() => (renewal = null));
  return renewal;
}

async function refusal(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => null);
  const error = (body as { error?: { code: string; message: string; details?: Record<string, unknown> } } | null)?.error;
  if (!error) return new ApiError(UNREACHABLE, answer.status, "");
  return new ApiError(error.code, answer.status, error.message, error.details);
}

/** The answer itself. Throws ApiError for every refusal and for silence. */
export async function send(method: Method, path: string, options: Options = {}): Promise<Response> {
  let answer = await reach(method, path, options);
  if (answer.status === 401 && options.renews !== false && (await renew())) answer = await reach(method, path, options);
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

export async function call<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const answer = await send(method, path, options);
  if (answer.status === 204) return undefined as T;
  try {
    return (await answer.json()) as T;
  } catch {
    throw new ApiError(UNREACHABLE, answer.status, "");
  }
}

export function get<T>(path: string, query: Record<string, string | number | null | undefined> = {}): Promise<T> {
  const named = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const tail = new URLSearchParams(named.map(([name, value]) => [name, String(value)])).toString();
  return call<T>("GET", tail ? `${path}?${tail}` : path);
}

export function post<T>(path: string, body: unknown = {}, key?: string): Promise<T> {
  return call<T>("POST", path, key ? { body, key } : { body });
}

/** A fresh Idempotency-Key. `randomUUID` needs a secure page; old WebViews lack it. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
