import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [{ configPath: "./tests/wrangler.toml" }] });
