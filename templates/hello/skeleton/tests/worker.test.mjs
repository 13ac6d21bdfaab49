// Tests the built worker in workerd over HTTP. Run with `npm test`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
let url;
before(async () => ({ url } = await server.listen()));
after(() => server.close());

// Uses Node's own fetch, which encodes forms as a browser does.
const upload = (name, part) => {
  const body = new FormData();
  body.append(name, part);
  return fetch(url, { method: "POST", body });
};

test("GET / greets", async () => {
  const response = await server.fetch("/");
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "Hello, World!\n");
});

test("HEAD / returns no body", async () => {
  const response = await server.fetch("/", { method: "HEAD" });
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "");
});

test("POST / returns the size of the file", async () => {
  const response = await upload("file", new File(["twelve bytes"], "note.txt"));
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "size = 12\n");
});

test("a file of many kilobytes is measured completely", async () => {
  const response = await upload("file", new File([new Uint8Array(300_000)], "zeros.bin"));
  assert.equal(await response.text(), "size = 300000\n");
});

test("a `file` part that is not a file is refused", async () => {
  const response = await upload("file", "just text");
  assert.equal(response.status, 400);
  assert.equal(await response.text(), "the `file` part must be a file\n");
});

test("a form without a `file` part is refused", async () => {
  const response = await upload("other", "just text");
  assert.equal(response.status, 400);
  assert.equal(await response.text(), "the form has no `file` part\n");
});

test("a body that is not a form is refused, and the cause is only logged", async () => {
  const response = await server.fetch("/", { method: "POST", body: "no form" });
  assert.equal(response.status, 400);
  assert.equal(await response.text(), "the body must be a form\n");
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const response = await server.fetch("/", { method: "DELETE" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, HEAD, POST");
});

test("unknown paths get a 404", async () => {
  const response = await server.fetch("/missing");
  assert.equal(response.status, 404);
});

test("the log names the region that a request came from", async () => {
  server.clearLogs();
  await server.fetch("/", { cf: { region: "Texas" } });
  assert.match(JSON.stringify(server.getLogs()), /GET \/, from Texas/);
});
