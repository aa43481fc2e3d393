/** Codes of prizes that were handed over without a network: kept on this phone until the server has answered. */

import { onMounted, onUnmounted, ref } from "vue";

import { ApiError, UNREACHABLE, post } from "../../api/client";
import type { OfflineLine } from "../../api/prizes";

const KEPT = "malu.waiting-prizes";
const AT_ONCE = 50;
/** Too many today: tomorrow may still be within the grace. */
const LIMIT = "rewards.terminal_limit";

export interface Waiting {
  code: string;
  shopId: string;
}

function kept(): Waiting[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]") as Waiting[];
  } catch {
    return [];
  }
}

const waiting = ref<Waiting[]>(kept());
const answered = ref<OfflineLine[]>([]);

function keep(list: Waiting[]): void {
  waiting.value = list;
  localStorage.setItem(KEPT, JSON.stringify(list));
}

/** Twice the same prize is one prize, whatever its code was at the moment. */
function prizeOf(code: string): string {
  return code.split(".")[0] ?? code;
}

function add(code: string, shopId: string): void {
  const others = waiting.value.filter((one) => prizeOf(one.code) !== prizeOf(code));
  if (others.length === waiting.value.length) keep([...waiting.value, { code, shopId }]);
}

/** One shop at a time, the oldest first; what was answered, well or not, waits no more. */
async function tell(): Promise<void> {
  const first = waiting.value[0];
  if (!first || !navigator.onLine) return;
  const mine = waiting.value.filter((one) => one.shopId === first.shopId).slice(0, AT_ONCE);
  const codes = mine.map((one) => one.code);
  try {
    const body = { codes, terminal_id: first.shopId };
    const { items } = await post<{ items: OfflineLine[] }>("/api/terminal/redemptions/offline", body);
    const later = items.filter((line) => line.error?.code === LIMIT).map((line) => line.code);
    answered.value = [...items, ...answered.value.filter((line) => !codes.includes(line.code))];
    const others = waiting.value.filter((one) => !codes.includes(one.code));
    keep([...others, ...mine.filter((one) => later.includes(one.code))]);
  } catch (error) {
    if (error instanceof ApiError && error.code !== UNREACHABLE) throw error;
  }
}

export function useWaiting() {
  const trouble = ref("");

  async function tellAll(): Promise<void> {
    try {
      for (let before = -1; waiting.value.length && waiting.value.length !== before; ) {
        before = waiting.value.length;
        await tell();
      }
      trouble.value = "";
    } catch (error) {
      trouble.value = error instanceof ApiError ? error.message : "";
    }
  }

  const online = (): void => void tellAll();
  onMounted(() => {
    addEventListener("online", online);
    online();
  });
  onUnmounted(() => removeEventListener("online", online));
  return { waiting, answered, trouble, add, tellAll };
}
