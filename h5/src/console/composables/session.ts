/** Who is signed in to the console. */

import { shallowRef } from "vue";

import { call, get } from "../../api/client";
import type { Me } from "../../api/types";

const me = shallowRef<Me | null>(null);

async function load(): Promise<void> {
  me.value = await get<Me>("/api/console/me").catch(() => null);
}

/** Throws ApiError; a 401 here is the answer itself. */
async function signIn(email: string, password: string, totp: string): Promise<void> {
  const body = { email, password, totp };
  await call("POST", "/api/console/sessions", { body, renews: false });
  me.value = await get<Me>("/api/console/me");
}

async function signOut(): Promise<void> {
  await call("DELETE", "/api/session").catch(() => null);
  me.value = null;
}

export function useSession() {
  return { me, load, signIn, signOut };
}
