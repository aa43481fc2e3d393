import { createRouter, createWebHashHistory } from "vue-router";

import EntryList from "./pages/EntryList.vue";

/** In the fragment, so that WeChat signs one address whatever the route. */
export const router = createRouter({
  history: createWebHashHistory("/wallet"),
  routes: [
    { path: "/", name: "entries", component: EntryList },
    { path: "/payouts", name: "payouts", component: () => import("./pages/PayoutList.vue") },
    { path: "/prizes", name: "prizes", component: () => import("./pages/PrizeList.vue") },
    { path: "/claims", name: "claims", component: () => import("./pages/ClaimList.vue") },
    { path: "/reports", name: "reports", component: () => import("./pages/ReportList.vue") },
    { path: "/:rest(.*)", redirect: "/" },
  ],
});
