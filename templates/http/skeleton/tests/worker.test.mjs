// Tests the built worker in workerd over HTTP. Run with `npm test`.
//
// The harness uses the `fetch` of this process for the worker's own requests. Each test mocks it
// with an upstream of its own, so that nothing leaves the machine.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

// The worker with an upstream that does not exist, and the same with a short timeout. From the
// second, `[build]` is omitted, because the worker is built by then, and so are queue consumers,
// because a queue can have only one.
const UPSTREAM = "https://upstream.invalid";
const { build, queues, ...rest } = readConfig({ config: "./wrangler.toml" }).rawConfig;
const config = { ...rest, queues: { producers: queues?.producers ?? [] } };
const vars = { ...config.vars, UPSTREAM, PATIENCE_MS: "100" };
const hasty = { ...config, name: "hasty", vars };
const server = createTestHarness({
  workers: [{ configPath: "./wrangler.toml", vars: { UPSTREAM } }, { config: hasty }],
});
before(() => server.listen());
after(() => server.close());

// Mocks the upstream with `answer` until the end of the test. An error that it throws would reach
// the worker as a 500 from the upstream.
const upstream = (t, answer) => t.mock.method(globalThis, "fetch", (url, request) => answer(request));

// An upstream that returns the request it got.
const echo = async (request) =>
  Response.json({
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  });

// A body whose chunks a test sends one by one, and a function to read the next chunk of another.
function newStream() {
  let sender;
  const body = new ReadableStream({ start: (controller) => (sender = controller) });
  return { body, send: (text) => sender.enqueue(Buffer.from(text)), end: () => sender.close() };
}
const piece = async (reader) => Buffer.from((await reader.read()).value).toString();

const STREAMED = { timeout: 10_000 };
const note = { method: "PUT", headers: { "content-type": "application/json" }, body: '{"a":1}' };

test("GET / returns text that a browser can show", async () => {
  const response = await server.fetch("/");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.match(await response.text(), /^This worker passes requests on/);
});

test("HEAD / returns no body, whatever the query", async () => {
  const response = await server.fetch("/?any=query", { method: "HEAD" });
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "");
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const response = await server.fetch("/", { method: "DELETE" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, HEAD");
});

test("unknown paths get a 404", async () => {
  for (const path of ["/missing", "/relay", "/relayed/b", "/preview"]) {
    const response = await server.fetch(path);
    assert.equal(response.status, 404, path);
  }
});

test("the upstream gets the method, the path, the query, the headers and the body", async (t) => {
  upstream(t, echo);
  const response = await server.fetch("/relay/notes/a%2Fb?page=2", note);
  const { method, url, headers, body } = await response.json();
  assert.equal(`${method} ${url}`, `PUT ${UPSTREAM}/notes/a%2Fb?page=2`);
  assert.equal(headers["content-type"], "application/json");
  assert.equal(body, '{"a":1}');
});

test("the upstream gets the client's address, but no hop-by-hop headers", async (t) => {
  upstream(t, echo);
  const headers = { forwarded: "for=a.lie", "proxy-authorization": "Basic secret" };
  const response = await server.fetch("http://worker.example/relay/", { headers });
  const sent = (await response.json()).headers;
  assert.match(sent.forwarded, /^for=127\.0\.0\.1;host="worker\.example";proto=http$/);
  assert.equal(sent["proxy-authorization"], undefined);
});

test("the client gets the status, the headers and the body of the response", async (t) => {
  const headers = [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-pages", "3"]];
  upstream(t, () => new Response("made", { status: 201, headers }));
  const response = await server.fetch("/relay/notes", note);
  assert.equal(response.status, 201);
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.equal(response.headers.get("x-pages"), "3");
  assert.equal(await response.text(), "made");
});

test("the client gets no hop-by-hop headers of the upstream", async (t) => {
  upstream(t, () => new Response(null, { headers: { "proxy-authenticate": "Basic" } }));
  const response = await server.fetch("/relay/");
  assert.equal(response.headers.get("proxy-authenticate"), null);
});

test("redirects are passed to the client", async (t) => {
  const { mock } = upstream(t, () => new Response(null, { status: 302, headers: { location: "/b" } }));
  const response = await server.fetch("/relay/a", { redirect: "manual" });
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("location"), "/b");
  assert.equal(mock.callCount(), 1);
});

test("responses without a body are passed on", async (t) => {
  for (const status of [204, 304]) {
    upstream(t, () => new Response(null, { status }));
    const response = await server.fetch("/relay/");
    assert.equal(response.status, status);
  }
  upstream(t, (request) => new Response(null, { headers: { "x-method": request.method } }));
  const response = await server.fetch("/relay/", { method: "HEAD" });
  assert.equal(response.headers.get("x-method"), "HEAD");
});

// An event stream, because the runtime compresses other types of text, and buffers them for that.
test("a response is streamed", STREAMED, async (t) => {
  const { body, send, end } = newStream();
  upstream(t, () => new Response(body, { headers: { "content-type": "text/event-stream" } }));
  send("one");
  const reader = (await server.fetch("/relay/")).body.getReader();
  assert.equal(await piece(reader), "one");
  send("two");
  assert.equal(await piece(reader), "two");
  end();
  assert.equal((await reader.read()).done, true);
});

test("a request is streamed", STREAMED, async (t) => {
  const { body, send, end } = newStream();
  const { promise: arrived, resolve } = Promise.withResolvers();
  upstream(t, async (request) => {
    const reader = request.body.getReader();
    resolve(await piece(reader));
    return new Response(await piece(reader));
  });
  send("one");
  const response = server.fetch("/relay/", { method: "POST", body, duplex: "half" });
  assert.equal(await arrived, "one");
  send("two");
  end();
  assert.equal(await (await response).text(), "two");
});

// The head is too large for the runtime, so its fetch fails.
test("an upstream that fails means a 502, and the cause is only logged", async (t) => {
  upstream(t, () => new Response(null, { headers: { "x-large": "a".repeat(1_000_000) } }));
  server.clearLogs();
  const response = await server.fetch("/relay/");
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const title = "the server behind this worker did not answer";
  assert.deepEqual(await response.json(), { status: 502, title });
  assert.match(JSON.stringify(server.getLogs()), /Network connection lost/);
});

test("an upstream that takes too long means a 504", async (t) => {
  const { promise, resolve } = Promise.withResolvers();
  upstream(t, () => promise);
  const response = await server.getWorker("hasty").fetch("/relay/");
  resolve(new Response());
  const title = "the server behind this worker took too long";
  assert.deepEqual(await response.json(), { status: 504, title });
});

test("the request id is in the response, in the log and at the upstream", async (t) => {
  upstream(t, echo);
  server.clearLogs();
  const response = await server.fetch("/relay/", { headers: { "x-request-id": "7f3a-42" } });
  assert.equal(response.headers.get("x-request-id"), "7f3a-42");
  assert.equal((await response.json()).headers["x-request-id"], "7f3a-42");
  assert.match(JSON.stringify(server.getLogs()), /7f3a-42/);
});

test("a request without an id gets a new one, even if it fails", async () => {
  const answers = await Promise.all([server.fetch("/missing"), server.fetch("/missing")]);
  const ids = answers.map(({ headers }) => headers.get("x-request-id"));
  assert.match(ids[0], /^[0-9a-f-]{36}$/);
  assert.notEqual(ids[0], ids[1]);
});

// A preview converts the request to the runtime's type and back.
test("a preview shows what would be sent, and sends nothing", async (t) => {
  const { mock } = upstream(t, echo);
  const headers = { ...note.headers, "x-request-id": "7f3a-42" };
  const response = await server.fetch("/preview/notes?page=2", { ...note, headers });
  const [head, body] = (await response.text()).split("\n\n");
  const [first, ...lines] = head.split("\n");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(first, "PUT /notes?page=2");
  assert.ok(lines.includes("content-type: application/json"));
  assert.ok(lines.includes("x-request-id: 7f3a-42"));
  assert.ok(!lines.some((line) => line.startsWith("content-length")));
  assert.equal(body, '{"a":1}');
  assert.equal(mock.callCount(), 0);
});
