// Builds the client, which runs in the browser, into assets/pkg/. wrangler runs this for `dev`,
// `deploy` and the tests, before worker-build builds the worker.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const TARGET = "wasm32-unknown-unknown";

const { name, config } = JSON.parse(readFileSync("package.json", "utf8"));
const wanted = config["wasm-bindgen"];
const bindgen = process.env.WASM_BINDGEN_BIN ?? "wasm-bindgen";
const found = spawnSync(bindgen, ["--version"], { encoding: "utf8" }).stdout?.trim();
if (found !== `wasm-bindgen ${wanted}`) {
  console.error(`This project builds with wasm-bindgen ${wanted}, but found ${found || "none"}.`);
  console.error(`Install it with: cargo install wasm-bindgen-cli@${wanted} --locked`);
  process.exit(1);
}

const features = ["--no-default-features", "--features", "hydrate"];
const place = ["--target", TARGET, "--target-dir", "target"];
run("cargo", "build", "--release", "--bins", ...place, ...features);
const wasm = `target/${TARGET}/release/${name}-client.wasm`;
const files = ["--out-dir", "assets/pkg", "--out-name", "client", "--no-typescript"];
run(bindgen, "--target", "web", "--remove-name-section", ...files, wasm);

function run(program, ...args) {
  const { status } = spawnSync(program, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
