import { onMounted, shallowRef } from "vue";

import { get } from "../../api/client";
import type { Page } from "../../api/types";

export interface Choice {
  value: string;
  label: string;
}

const MOST = 100;

/** The youngest hundred of a list, to choose from; empty when it cannot be had. */
export function useAll<T>(path: string) {
  const items = shallowRef<T[]>([]);

  async function load(): Promise<void> {
    const page = await get<Page<T>>(path, { limit: MOST }).catch(() => null);
    items.value = page?.items ?? [];
  }

  onMounted(load);
  return { items, load };
}
