/** The wallet, and the withdrawals that are still moving. */

import { computed, ref, shallowRef } from "vue";

import { get, newKey, post } from "../../api/client";
import type { Page, Payout, PayoutState, Wallet } from "../../api/types";

const MOVING: readonly PayoutState[] = ["requested", "transferring", "waiting"];

const wallet = shallowRef<Wallet | null>(null);
const moving = shallowRef<Payout[]>([]);
const trouble = shallowRef<unknown>(null);
/** Grows whenever money moved, so that lists know they are out of date. */
const changes = ref(0);
/** Payouts whose confirmation WeChat's sheet reported; only the server turns them into paid. */
const confirmed = ref(new Set<string>());

export function isMoving(payout: Payout): boolean {
  return MOVING.includes(payout.state);
}

async function refresh(): Promise<void> {
  try {
    const [purse, payouts] = await Promise.all([
      get<Wallet>("/api/consumer/wallet"),
      get<Page<Payout>>("/api/consumer/payouts", { limit: 20 }),
    ]);
    wallet.value = purse;
    moving.value = payouts.items.filter(isMoving);
    trouble.value = null;
    changes.value += 1;
  } catch (error) {
    trouble.value = error;
  }
}

/** `key` stays the same while one wish is retried. */
async function withdraw(amountFen: number, key: string): Promise<void> {
  const payout = await post<Payout>("/api/consumer/payouts", { amount_fen: amountFen }, key);
  moving.value = [payout, ...moving.value.filter((known) => known.id !== payout.id)];
  await refresh();
}

/** Asks the server how a payout stands; tells when it has come to an end. */
async function follow(payout: Payout): Promise<Payout> {
  const now = await get<Payout>(`/api/consumer/payouts/${payout.id}`);
  if (isMoving(now)) moving.value = moving.value.map((known) => (known.id === now.id ? now : known));
  else await refresh();
  return now;
}

const needsLook = computed(() =>
  moving.value.filter((payout) => payout.state !== "waiting" || confirmed.value.has(payout.id)),
);

export function useWallet() {
  return { wallet, moving, trouble, changes, confirmed, needsLook, refresh, withdraw, follow, newKey };
}
