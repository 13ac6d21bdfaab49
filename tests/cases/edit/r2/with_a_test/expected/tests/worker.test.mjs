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

test("FILES keeps an object", async () => {
  const { FILES } = await server.getWorker().getEnv();
  await FILES.put("put-by-a-test", "a value");
  const object = await FILES.get("put-by-a-test");
  assert.equal(await object.text(), "a value");
  await FILES.delete("put-by-a-test");
});
