import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness } from "./stubbed-wrangler.mjs";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
before(() => server.listen());
after(() => server.close());

test("GET / greets", async () => {
  const response = await server.fetch("/");
  assert.equal(await response.text(), "hello");
});

test("AI runs a model, here a stub", async () => {
  const { AI } = await server.getWorker().getEnv();
  const { model } = await AI.run("@cf/a/model", { prompt: "hello" });
  assert.equal(model, "@cf/a/model");
});
