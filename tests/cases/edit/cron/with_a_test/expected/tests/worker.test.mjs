import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
before(() => server.listen());
after(() => server.close());

test("GET / greets", async () => {
  const response = await server.fetch("/");
  assert.equal(await response.text(), "hello");
});

test("the cron 5 * * * * runs to its end", async () => {
  const { outcome } = await server.getWorker().scheduled({ cron: "5 * * * *", scheduledTime: new Date() });
  assert.equal(outcome, "ok");
});
