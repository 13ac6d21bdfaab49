// Builds the worker in the current folder into build/, for `dev`, `deploy` and the tests.
// Arguments are passed on to worker-build.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const WASM = "build/index_bg.wasm";

const manifest = readFileSync(new URL("package.json", import.meta.url), "utf8");
const wanted = JSON.parse(manifest).config["worker-build"];
const found = spawnSync("worker-build", ["--version"], { encoding: "utf8" }).stdout?.trim();
if (found !== wanted) {
  console.error(`This project builds with worker-build ${wanted}, but found ${found || "none"}.`);
  console.error(`Install it with: cargo install worker-build@${wanted} --locked`);
  process.exit(1);
}

const build = spawnSync("worker-build", ["--release", ...process.argv.slice(2)], {
  stdio: "inherit",
});
if (build.status !== 0) process.exit(build.status ?? 1);
writeFileSync(WASM, withoutNames(readFileSync(WASM)));

// Drops the custom section "name", which worker-build always keeps: about a third of the
// file. A panic still logs its message, file and line. Remove the call above to see function
// names in stack traces.
function withoutNames(wasm) {
  const kept = [wasm.subarray(0, 8)];
  for (let start = 8; start < wasm.length; ) {
    const [size, body] = readLength(wasm, start + 1);
    const [nameSize, name] = readLength(wasm, body);
    const isNames = wasm[start] === 0 && wasm.toString("utf8", name, name + nameSize) === "name";
    if (!isNames) kept.push(wasm.subarray(start, body + size));
    start = body + size;
  }
  return Buffer.concat(kept);
}

// Reads an unsigned LEB128 number. Returns it with the offset of the next byte.
function readLength(wasm, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7, at += 1) {
    value += (wasm[at] & 0x7f) * 2 ** shift;
    if (wasm[at] < 0x80) return [value, at + 1];
  }
}
