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
        { path: "states", name: "states", component: () => import("./pages/ChangeStates.vue") },
        { path: "fakes", name: "fakes", component: () => import("./pages/WatchFakes.vue") },
        { path: "associations", name: "associations", component: () => import("./pages/ImportAssociations.vue") },
        { path: "campaigns", name: "campaigns", component: () => import("./pages/ListCampaigns.vue") },
        { path: "campaigns/new", name: "new-campaign", component: () => import("./pages/CreateCampaign.vue") },
        { path: "prizes", name: "prizes", component: () => import("./pages/ListPrizes.vue") },
        { path: "campaigns/:id", name: "campaign", props: true, component: () => import("./pages/ShowCampaign.vue") },
        { path: "rules", name: "rules", component: () => import("./pages/ListRules.vue") },
        { path: "channel", name: "channel", component: () => import("./pages/ListChannel.vue") },
        { path: "registrations", name: "registrations", component: () => import("./pages/ReviewRegistrations.vue") },
        { path: "shipments", name: "shipments", component: () => import("./pages/ShipCases.vue") },
        { path: "wechat", name: "wechat", component: () => import("./pages/ConnectWeChat.vue") },
        {
          path: "explain/:code?",
          name: "explain",
          props: (route) => ({ code: route.params["code"], no: route.query["no"] }),
          component: () => import("./pages/ExplainCode.vue"),
        },
        { path: "diversion", name: "diversion", component: () => import("./pages/ListDiversion.vue") },
        { path: "diversion/:id", name: "diversion-case", props: true, component: () => import("./pages/ShowDiversion.vue") },
        { path: "map", name: "map", component: () => import("./pages/ShowMap.vue") },
        { path: "inspect", name: "inspect", component: () => import("./pages/InspectCode.vue") },
        { path: "risk", name: "risk", component: () => import("./pages/ListRisk.vue") },
        { path: "appeals", name: "appeals", component: () => import("./pages/ListAppeals.vue") },
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
