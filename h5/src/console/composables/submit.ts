import { ref } from "vue";

import { t } from "../texts";
import { ApiError, UNREACHABLE } from "../../api/client";

function listed(details: Record<string, unknown>): string {
  const rules = details["rules"] ?? details["fields"];
  if (Array.isArray(rules)) return rules.join(", ");
  return rules && typeof rules === "object" ? Object.keys(rules).join(", ") : "";
}

/** What a refusal says to a person, with the rules or fields it names. */
export function explainError(error: unknown): string {
  if (!(error instanceof ApiError) || error.code === UNREACHABLE) return t("no_network");
  const named = listed(error.details);
  return named ? `${error.message} (${named})` : error.message;
}

/** Runs one act at a time and keeps what went wrong beside its form. */
export function useSubmit() {
  const busy = ref(false);
  const refusal = ref("");

  async function submit(act: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    refusal.value = "";
    try {
      await act();
      return true;
    } catch (error) {
      refusal.value = explainError(error);
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, refusal, submit };
}
