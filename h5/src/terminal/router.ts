import { createRouter, createWebHashHistory } from "vue-router";

import DayEarnings from "./pages/DayEarnings.vue";

export const router = createRouter({
  history: createWebHashHistory("/terminal"),
  routes: [
    { path: "/", name: "day", component: DayEarnings },
    { path: "/scan", name: "scan", component: () => import("./pages/ScanCase.vue") },
    { path: "/redeem/:signed?", name: "redeem", component: () => import("./pages/RedeemPrize.vue"), props: true },
    { path: "/redemptions", name: "redemptions", component: () => import("./pages/RedemptionList.vue") },
    { path: "/codes/:code", name: "code", component: () => import("./pages/ExplainCode.vue"), props: true },
    { path: "/:rest(.*)", redirect: "/" },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});
