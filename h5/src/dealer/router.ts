import { createRouter, createWebHashHistory } from "vue-router";

import WorkBench from "./pages/WorkBench.vue";

export const router = createRouter({
  history: createWebHashHistory("/dealer"),
  routes: [
    { path: "/:tab(review|invite|shops|export)?", name: "bench", component: WorkBench, props: true },
    { path: "/goods-owed", name: "goods-owed", component: () => import("./pages/GoodsOwed.vue") },
    { path: "/diversion", name: "diversion", component: () => import("./pages/DiversionCases.vue") },
    { path: "/diversion/:id", name: "diversion-case", component: () => import("./pages/DiversionCase.vue"), props: true },
    { path: "/:rest(.*)", redirect: "/" },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});
