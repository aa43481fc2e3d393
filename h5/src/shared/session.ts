/** Signing in through WeChat, and the guard against doing it in a circle. */

import { ApiError, UNREACHABLE } from "../api/client";

const LAST_TRY = "malu.sign-in";
const CIRCLE_MS = 20_000;

export type Trouble = "sign-in" | "forbidden" | "network" | "other";

export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) return "other";
  if (error.status === 401) return "sign-in";
  if (error.status === 403) return "forbidden";
  return error.code === UNREACHABLE ? "network" : "other";
}

export function signIn(): void {
  sessionStorage.setItem(LAST_TRY, String(Date.now()));
  location.assign(`/auth/wechat?next=${encodeURIComponent(location.pathname)}`);
}

/** Leaves for WeChat unless we have only just come back from there; tells whether it left. */
export function signInOnce(): boolean {
  const last = Number(sessionStorage.getItem(LAST_TRY) ?? 0);
  if (Date.now() - last < CIRCLE_MS) return false;
  signIn();
  return true;
}
