import { shallowRef } from "vue";

import { useSubmit } from "./submit";
import { get } from "../../api/client";
import type { ExplainedStep, Explanation, Life } from "../../api/types";

/** Steps of the explanation that the life does not tell itself: who was paid, held or refused, and why. */
export function decisions(steps: ExplainedStep[]): ExplainedStep[] {
  return steps.filter((step) => step.rule !== null || step.outcome !== "info" || step.at === null);
}

/** Two accounts of one code as one, oldest first; what has no time stands at the end. */
export function timeline(life: Life, explained: Explanation | null): ExplainedStep[] {
  const plain = life.steps.map((step) => ({ ...step, rule: null, amount_fen: null, outcome: "info" as const }));
  const all: ExplainedStep[] = [...plain, ...decisions(explained?.steps ?? [])];
  return all.sort((one, other) => (one.at ?? "9").localeCompare(other.at ?? "9"));
}

/** A code found by its text or its number, with the decisions about its money. */
export function useLife() {
  const { busy, refusal, submit } = useSubmit();
  const life = shallowRef<Life | null>(null);
  const explained = shallowRef<Explanation | null>(null);

  async function load(asked: { text?: string; code_no?: string }): Promise<void> {
    life.value = explained.value = null;
    await submit(async () => {
      const found = await get<Life>("/api/console/life", asked);
      if (found.code) explained.value = await get<Explanation>(`/api/console/codes/${found.code}/explanation`);
      life.value = found;
    });
  }

  return { busy, refusal, life, explained, load };
}
