import { onMounted, watch } from "vue";

import { useWallet } from "./wallet";
import { useListing } from "../../shared/lists";

/** A listing of the wallet that starts anew whenever money moved. */
export function useWalletListing<T>(path: string) {
  const listing = useListing<T>(path);
  const { changes } = useWallet();
  onMounted(() => void listing.reload());
  watch(changes, () => void listing.reload());
  return listing;
}
