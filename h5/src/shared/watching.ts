import { onMounted, onUnmounted, ref, useTemplateRef } from "vue";

import { startCamera, stopCamera } from "./camera";

/** The camera of a component with `<video ref="video">`, while it is on the screen; `look` begins once it is allowed. */
export function useCamera(look: (video: HTMLVideoElement, leaving: AbortSignal) => Promise<void>) {
  const video = useTemplateRef<HTMLVideoElement>("video");
  const state = ref<"starting" | "watching" | "refused">("starting");
  const leaving = new AbortController();
  let stream: MediaStream | null = null;

  async function watch(): Promise<void> {
    if (!video.value) return;
    try {
      stream = await startCamera(video.value);
    } catch {
      state.value = "refused";
      return;
    }
    // The page may have been left while the permission was asked for.
    if (leaving.signal.aborted) return stopCamera(stream);
    state.value = "watching";
    await look(video.value, leaving.signal);
  }

  onMounted(() => void watch());
  onUnmounted(() => {
    leaving.abort();
    stopCamera(stream);
  });
  return state;
}
