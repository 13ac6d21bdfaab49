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

test("CACHE_2 keeps what is put into it", async () => {
  const { CACHE_2 } = await server.getWorker().getEnv();
  await CACHE_2.put("put-by-a-test", "a value");
  assert.equal(await CACHE_2.get("put-by-a-test"), "a value");
  await CACHE_2.delete("put-by-a-test");
});
