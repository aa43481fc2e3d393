import { createRouter, createWebHashHistory } from "vue-router";

import DiversionCases from "./pages/DiversionCases.vue";

export const router = createRouter({
  history: createWebHashHistory("/dealer"),
  routes: [
    { path: "/", redirect: "/diversion" },
    { path: "/diversion", name: "diversion", component: DiversionCases },
    { path: "/diversion/:id", name: "diversion-case", component: () => import("./pages/DiversionCase.vue"), props: true },
    { path: "/:rest(.*)", redirect: "/" },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});
