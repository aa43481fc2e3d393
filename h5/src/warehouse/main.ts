import "../shared/tokens.css";

import { createApp } from "vue";

import App from "./App.vue";
import { t } from "./texts";
import { startPage } from "../shared/start";

startPage(t("title"));
createApp(App).mount("#app");
void navigator.serviceWorker?.register("/warehouse/sw.js", { scope: "/warehouse" }).catch(() => undefined);
