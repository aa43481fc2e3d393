/** The shops this person may act for, and the one chosen. */

import { computed, ref, shallowRef } from "vue";

import { get } from "../../api/client";
import type { Page, Terminal } from "../../api/types";

const CHOSEN = "malu.shop";

const shops = shallowRef<Terminal[] | null>(null);
const trouble = shallowRef<unknown>(null);
const chosenId = ref(localStorage.getItem(CHOSEN) ?? "");

const shop = computed(() => {
  const known = shops.value ?? [];
  return known.find((one) => one.id === chosenId.value) ?? known[0] ?? null;
});

async function load(): Promise<void> {
  try {
    shops.value = (await get<Page<Terminal>>("/api/terminal/terminals")).items;
    trouble.value = null;
  } catch (error) {
    trouble.value = error;
  }
}

function choose(id: string): void {
  chosenId.value = id;
  localStorage.setItem(CHOSEN, id);
}

export function useShops() {
  return { shops, shop, trouble, load, choose };
}
