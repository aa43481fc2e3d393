import { computed } from "vue";

import { useAll, type Choice } from "./choices";
import type { Product } from "../../api/types";

/** What batches are made of: each size of each product. */
export function useSkus() {
  const { items } = useAll<Product>("/api/console/products");
  const skuChoices = computed<Choice[]>(() =>
    items.value.flatMap((product) =>
      product.skus.map((sku) => ({ value: sku.id, label: `${sku.name || product.name} ${sku.spec}`.trim() })),
    ),
  );
  const skuLabel = (id: string): string => skuChoices.value.find((choice) => choice.value === id)?.label ?? id;
  return { skuChoices, skuLabel };
}
