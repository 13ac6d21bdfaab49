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

test("CACHE keeps what is put into it", async () => {
  const { CACHE } = await server.getWorker().getEnv();
  await CACHE.put("put-by-a-test", "a value");
  assert.equal(await CACHE.get("put-by-a-test"), "a value");
  await CACHE.delete("put-by-a-test");
});
