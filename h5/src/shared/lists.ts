/** A list that grows page by page along the server's cursor. */

import { ref, shallowRef, type Ref, type ShallowRef } from "vue";

import { get } from "../api/client";
import type { Page } from "../api/types";

export type Query = Record<string, string | number | null | undefined>;

export interface Listing<T, P extends Page<T>> {
  items: ShallowRef<T[]>;
  /** The youngest page as it came: totals and the like stand beside its items. */
  latest: ShallowRef<P | null>;
  loading: Ref<boolean>;
  error: ShallowRef<unknown>;
  hasMore: Ref<boolean>;
  reload: (query?: Query) => Promise<void>;
  more: () => Promise<void>;
}

export function useListing<T, P extends Page<T> = Page<T>>(path: string): Listing<T, P> {
  const items = shallowRef<T[]>([]);
  const latest = shallowRef(null) as ShallowRef<P | null>;
  const loading = ref(false);
  const error = shallowRef<unknown>(null);
  const hasMore = ref(false);
  let filters: Query = {};
  let turn = 0;

  async function fetchPage(cursor: string | null): Promise<void> {
    const mine = ++turn;
    loading.value = true;
    error.value = null;
    try {
      const page = await get<P>(path, { ...filters, cursor });
      if (mine !== turn) return;
      items.value = cursor ? [...items.value, ...page.items] : page.items;
      latest.value = page;
      hasMore.value = page.next_cursor !== null;
    } catch (failure) {
      if (mine === turn) error.value = failure;
    } finally {
      if (mine === turn) loading.value = false;
    }
  }

  async function reload(query: Query = filters): Promise<void> {
    filters = query;
    await fetchPage(null);
  }

  return { items, latest, loading, error, hasMore, reload, more: () => fetchPage(latest.value?.next_cursor ?? null) };
}
