import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [
  { configPath: "./wrangler.toml", bindingOverrides: { AI: "stub" } },
  { config: { name: "stub", main: "tests/stub.mjs" } },
] });
