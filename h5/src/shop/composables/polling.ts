import { onMounted, onUnmounted } from "vue";

const SOON_MS = 1000;
const LATER_MS = 8000;
const SOON_ROUNDS = 40;

/** Runs `look` again and again while the page is visible: briskly at first, later calmly. */
export function usePolling(look: () => Promise<boolean>): { hurry: () => void } {
  let timer = 0;
  let rounds = 0;

  async function round(): Promise<void> {
    const busy = document.hidden ? false : await look().catch(() => false);
    rounds = busy ? rounds + 1 : 0;
    timer = window.setTimeout(() => void round(), rounds < SOON_ROUNDS ? SOON_MS : LATER_MS);
  }

  function hurry(): void {
    rounds = 0;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void round(), SOON_MS / 2);
  }

  onMounted(hurry);
  onUnmounted(() => window.clearTimeout(timer));
  return { hurry };
}
