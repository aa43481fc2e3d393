import { createRouter, createWebHashHistory } from "vue-router";

import { useSession } from "./composables/session";
import SignIn from "./pages/SignIn.vue";
import WorkShell from "./components/WorkShell.vue";

export const router = createRouter({
  history: createWebHashHistory("/console"),
  routes: [
    { path: "/sign-in", name: "sign-in", component: SignIn },
    {
      path: "/",
      component: WorkShell,
      children: [
        { path: "", name: "overview", component: () => import("./pages/ShowOverview.vue") },
        { path: "products", name: "products", component: () => import("./pages/ListProducts.vue") },
        { path: "specs", name: "specs", component: () => import("./pages/ListSpecs.vue") },
        { path: "packs", name: "packs", component: () => import("./pages/ListPacks.vue") },
        { path: "packs/:id", name: "pack", props: true, component: () => import("./pages/ShowPack.vue") },
        { path: "batches", name: "batches", component: () => import("./pages/ListBatches.vue") },
        { path: "campaigns", name: "campaigns", component: () => import("./pages/ListCampaigns.vue") },
        { path: "campaigns/new", name: "new-campaign", component: () => import("./pages/CreateCampaign.vue") },
        { path: "rules", name: "rules", component: () => import("./pages/ListRules.vue") },
        { path: "channel", name: "channel", component: () => import("./pages/ListChannel.vue") },
        { path: "shipments", name: "shipments", component: () => import("./pages/ShipCases.vue") },
        { path: "explain/:code?", name: "explain", props: true, component: () => import("./pages/ExplainCode.vue") },
        { path: "audit", name: "audit", component: () => import("./pages/ListAudit.vue") },
        { path: "jobs", name: "jobs", component: () => import("./pages/ListJobs.vue") },
      ],
    },
    { path: "/:rest(.*)", redirect: "/" },
  ],
});

router.beforeEach(async (to) => {
  const { me, load } = useSession();
  if (to.name === "sign-in") return true;
  if (!me.value) await load();
  return me.value ? true : { name: "sign-in", query: { next: to.fullPath } };
});
