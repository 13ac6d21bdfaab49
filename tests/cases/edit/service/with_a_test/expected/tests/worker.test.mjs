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

test("AUTH is a worker that answers, here a stub", async () => {
  const { AUTH } = await server.getWorker().getEnv();
  const response = await AUTH.fetch("https://service/");
  assert.equal(response.status, 200);
});
