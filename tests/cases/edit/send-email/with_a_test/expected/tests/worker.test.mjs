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

test("MAIL takes a message, which stays on this machine", async () => {
  const { MAIL } = await server.getWorker().getEnv();
  const message = { from: "worker@example.com", to: "a@example.com", subject: "a test", text: "a test" };
  const { messageId } = await MAIL.send(message);
  assert.ok(messageId);
});
