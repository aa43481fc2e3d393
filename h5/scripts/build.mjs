// Builds every entry, or those named on the command line, one after the other.
import { cpSync, mkdirSync } from "node:fs";
import { build } from "vite";

const entries = process.argv.slice(2);
for (const entry of entries.length ? entries : ["scan", "film", "shop", "terminal", "dealer", "join", "warehouse", "console"]) {
  process.env.ENTRY = entry;
  await build({ logLevel: "warn" });
  console.log(`built ${entry}`);
}

if (!entries.length) {
  const library = "node_modules/swagger-ui-dist";
  mkdirSync("dist/docs", { recursive: true });
  for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) cpSync(`${library}/${name}`, `dist/docs/${name}`);
  cpSync("src/docs", "dist/docs", { recursive: true });
  console.log("built docs");
}
