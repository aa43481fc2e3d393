import "../shared/tokens.css";

import { createApp } from "vue";

import App from "./App.vue";
import { router } from "./router";
import { t } from "./texts";
import { startPage } from "../shared/start";

startPage(t("title"));
createApp(App).use(router).mount("#app");
