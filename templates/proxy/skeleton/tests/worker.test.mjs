// Tests the built worker in workerd over HTTP. Run with `npm test`.
//
// The harness uses Node's `fetch` for the worker's own requests. Each test mocks it with an
// upstream of its own, so that nothing leaves the machine. The cache and the rate limit are real.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

// The worker with an upstream that does not exist and a limit that no test reaches, and the same
// with a short timeout and a low limit. `[build]` is omitted from the second, because the worker
// is built by then, and so are queue consumers, because a queue can have only one.
const UPSTREAM = "https://upstream.invalid";
const { build, queues, ...rest } = readConfig({ config: "./wrangler.toml" }).rawConfig;
const config = { ...rest, queues: { producers: queues?.producers ?? [] } };
const vars = { ...config.vars, UPSTREAM, PATIENCE_MS: "100" };
const strict = { ...config.ratelimits[0], namespace_id: "1002", simple: { limit: 3, period: 60 } };
const ratelimits = [strict, ...config.ratelimits.slice(1)];
const server = createTestHarness({
  workers: [
    { configPath: "./wrangler.toml", vars: { UPSTREAM } },
    { config: { ...config, name: "strict", vars, ratelimits } },
  ],
});
before(() => server.listen());
after(() => server.close());

// Mocks the upstream until the end of the test. An error that `answer` throws would reach the
// worker as a 500 from the upstream.
const upstream = (t, answer) => t.mock.method(globalThis, "fetch", (url, request) => answer(request));

// Each test is a client of its own, so that the limit counts it alone.
const newClient = () => {
  const ip = randomUUID();
  return (path, init = {}, worker = server) =>
    worker.fetch(path, { ...init, headers: { "cf-connecting-ip": ip, ...init.headers } });
};
const newPath = () => `/proxy/${randomUUID()}`;
const text = (body, headers = {}, status = 200) =>
  new Response(body, { status, headers: { "content-length": `${body.length}`, ...headers } });

// The response is stored after it is sent, so the next request may come too early.
async function untilStored(ask, path) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const response = await ask(path, { method: "HEAD" });
    if (response.headers.get("cache-status") === "proxy; hit") return;
  }
  assert.fail("the response is not in the cache");
}

const STREAMED = { timeout: 10_000 };

test("the upstream gets the path, the query and the headers that concern it", async (t) => {
  const { mock } = upstream(t, () => text("found"));
  const path = `${newPath()}/a%2Fb?page=2`;
  const headers = { accept: "text/html", "x-secret": "1", "proxy-authorization": "Basic a" };
  await newClient()(path, { headers });
  const [, request] = mock.calls[0].arguments;
  assert.equal(request.url, UPSTREAM + path.slice("/proxy".length));
  assert.equal(request.headers.get("accept"), "text/html");
  for (const name of ["x-secret", "proxy-authorization", "cf-connecting-ip"]) {
    assert.equal(request.headers.get(name), null);
  }
});

test("the client gets the status, the headers and the body, but no hop-by-hop headers", async (t) => {
  const headers = [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-pages", "3"], ["proxy-authenticate", "a"]];
  upstream(t, () => new Response("gone", { status: 410, headers }));
  const response = await newClient()(newPath());
  assert.equal(response.status, 410);
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.equal(response.headers.get("x-pages"), "3");
  assert.equal(response.headers.get("proxy-authenticate"), null);
  assert.equal(await response.text(), "gone");
});

test("a response is stored, and the upstream is asked only once", async (t) => {
  const { mock } = upstream(t, () => text("kept", { "cache-control": "public, max-age=60" }));
  const [ask, path] = [newClient(), newPath()];
  const first = await ask(path);
  assert.equal(first.headers.get("cache-status"), "proxy; fwd=miss; stored");
  assert.equal(await first.text(), "kept");
  await untilStored(ask, path);
  const calls = mock.callCount();
  const second = await ask(path);
  assert.equal(second.headers.get("cache-status"), "proxy; hit");
  assert.equal(await second.text(), "kept");
  assert.equal(mock.callCount(), calls);
});

test("the cache answers ranges and preconditions", async (t) => {
  upstream(t, () => text("0123456789", { etag: '"a"' }));
  const [ask, path] = [newClient(), newPath()];
  await (await ask(path)).text();
  await untilStored(ask, path);
  const part = await ask(path, { headers: { range: "bytes=2-4" } });
  assert.deepEqual([part.status, await part.text()], [206, "234"]);
  const known = await ask(path, { headers: { "if-none-match": '"a"' } });
  assert.deepEqual([known.status, await known.text()], [304, ""]);
});

test("what the upstream or the client keeps private is not stored", async (t) => {
  for (const headers of [
    { "cache-control": "private" },
    { "set-cookie": "a=1" },
    { vary: "accept-language" },
    { expires: "0" },
  ]) {
    const { mock } = upstream(t, () => text("mine", headers));
    const [ask, path] = [newClient(), newPath()];
    for (let count = 1; count <= 2; count += 1) {
      const response = await ask(path);
      assert.equal(response.headers.get("cache-status"), "proxy; fwd=miss");
      assert.equal(await response.text(), "mine");
      assert.equal(mock.callCount(), count);
    }
    mock.restore();
  }
});

test("a request with a person's headers neither fills nor asks the cache", async (t) => {
  const { mock } = upstream(t, (request) => text(request.headers.get("authorization") ?? "nobody"));
  const [ask, path] = [newClient(), newPath()];
  const personal = { headers: { authorization: "Bearer Ada" } };
  assert.equal(await (await ask(path, personal)).text(), "Bearer Ada");
  assert.equal(await (await ask(path)).text(), "nobody");
  await untilStored(ask, path);
  const again = await ask(path, personal);
  assert.equal(again.headers.get("cache-status"), "proxy; fwd=bypass");
  assert.equal(await again.text(), "Bearer Ada");
  assert.ok(mock.callCount() >= 3);
});

test("redirects are passed to the client", async (t) => {
  const { mock } = upstream(t, () => new Response(null, { status: 302, headers: { location: "/b" } }));
  const response = await newClient()(newPath(), { redirect: "manual" });
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("location"), "/b");
  assert.equal(mock.callCount(), 1);
});

// An event stream, because the runtime compresses other types of text, and buffers them for that.
test("a response is streamed", STREAMED, async (t) => {
  let sender;
  const body = new ReadableStream({ start: (controller) => (sender = controller) });
  upstream(t, () => new Response(body, { headers: { "content-type": "text/event-stream" } }));
  sender.enqueue(Buffer.from("one"));
  const reader = (await newClient()(newPath())).body.getReader();
  const piece = async () => Buffer.from((await reader.read()).value).toString();
  assert.equal(await piece(), "one");
  sender.enqueue(Buffer.from("two"));
  assert.equal(await piece(), "two");
  sender.close();
  assert.equal((await reader.read()).done, true);
});

test("an upstream that takes too long means a 504", async (t) => {
  const { promise, resolve } = Promise.withResolvers();
  upstream(t, () => promise);
  const response = await newClient()(newPath(), {}, server.getWorker("strict"));
  resolve(new Response());
  const title = "the server behind this worker took too long";
  assert.deepEqual(await response.json(), { status: 504, title });
});

// The head is too large for the runtime, so its fetch fails.
test("an upstream that fails means a 502, and the cause is only logged", async (t) => {
  upstream(t, () => new Response(null, { headers: { "x-large": "a".repeat(1_000_000) } }));
  server.clearLogs();
  const response = await newClient()(newPath());
  const title = "the server behind this worker did not answer";
  assert.deepEqual(await response.json(), { status: 502, title });
  assert.match(JSON.stringify(server.getLogs()), /Network connection lost/);
});

test("a client that asks too often gets a 429, and no other client", async (t) => {
  const { mock } = upstream(t, () => text("found", { "cache-control": "no-store" }));
  const [ask, worker] = [newClient(), server.getWorker("strict")];
  for (let count = 0; count < 3; count += 1) {
    assert.equal((await ask(newPath(), {}, worker)).status, 200);
  }
  const response = await ask(newPath(), {}, worker);
  assert.equal(response.headers.get("retry-after"), "60");
  const title = "there were too many requests from this client";
  assert.deepEqual(await response.json(), { status: 429, title });
  assert.equal(mock.callCount(), 3);
  assert.equal((await newClient()(newPath(), {}, worker)).status, 200);
});

test("a client cannot ask more often with other addresses of its network", async (t) => {
  upstream(t, () => text("found"));
  const network = `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}`;
  const statuses = [];
  // Twice as many as the limit and one more, because a period may end in between.
  for (let count = 1; count <= 7; count += 1) {
    const headers = { "cf-connecting-ip": `${network}::${count}` };
    statuses.push((await server.getWorker("strict").fetch(newPath(), { headers })).status);
  }
  assert.ok(statuses.includes(429), statuses);
});

test("other methods get a 405, and the upstream does not see them", async (t) => {
  const { mock } = upstream(t, () => text("changed"));
  for (const method of ["POST", "PUT", "DELETE"]) {
    const response = await newClient()(newPath(), { method });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
  }
  assert.equal(mock.callCount(), 0);
});

test("GET / describes the worker, and unknown paths get a 404", async () => {
  assert.match(await (await server.fetch("/")).text(), /behind \/proxy\//);
  for (const path of ["/proxy", "/missing"]) assert.equal((await server.fetch(path)).status, 404);
});
