/** A prize on the screen, for a shop to scan: what is shown changes, and the shop's word comes by itself. */

import { onMounted, onUnmounted, ref, shallowRef } from "vue";

import { get, post } from "../../api/client";
import type { Face } from "../../api/prizes";

const LOOK_MS = 2000;
const GO_ON_MS = 4 * 60_000;
const MS = 1000;

export function usePresenting(grantId: string) {
  const face = shallowRef<Face | null>(null);
  const left = ref(0);
  const error = shallowRef<unknown>(null);
  const path = `/api/consumer/grants/${grantId}`;
  let timer = 0;
  let begunAt = 0;
  let freshUntil = 0;

  function take(shown: Face, now: number): void {
    face.value = shown;
    freshUntil = now + shown.seconds * MS;
  }

  /** The picture is fetched when it changes; in between only whether the shop has spoken. */
  async function look(): Promise<void> {
    const now = Date.now();
    if (now - begunAt > GO_ON_MS) {
      begunAt = now;
      return take(await post<Face>(`${path}/presentation`), now);
    }
    if (now >= freshUntil) return take(await get<Face>(`${path}/face`), now);
    const said = await get<Face>(`${path}/face`, { qr: "false" });
    if (said.state !== "won") face.value = said;
  }

  async function round(): Promise<void> {
    try {
      if (!document.hidden) await look();
      error.value = null;
    } catch (failure) {
      error.value = failure;
    }
    left.value = Math.max(0, Math.ceil((freshUntil - Date.now()) / MS));
    if (face.value && face.value.state !== "won") return;
    timer = window.setTimeout(() => void round(), LOOK_MS);
  }

  function again(): void {
    window.clearTimeout(timer);
    begunAt = 0;
    void round();
  }

  onMounted(again);
  onUnmounted(() => window.clearTimeout(timer));
  return { face, left, error, again };
}
