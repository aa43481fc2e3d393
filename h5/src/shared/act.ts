/** One act at a time, with what went wrong kept beside its button. */

import { ref } from "vue";

import { ApiError, UNREACHABLE } from "../api/client";

export function explainRefusal(error: unknown, unreachable: string): string {
  return error instanceof ApiError && error.code !== UNREACHABLE ? error.message : unreachable;
}

/** `unreachable` is what is said when no answer came. */
export function useAct(unreachable: string) {
  const busy = ref(false);
  const complaint = ref("");

  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    complaint.value = "";
    try {
      await act();
      return true;
    } catch (error) {
      complaint.value = explainRefusal(error, unreachable);
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, complaint, run };
}
