// Tests the built worker in workerd over HTTP and through its queues. Run with `npm test`.
//
// The harness uses the `fetch` of this process for the worker's own requests. The tests replace it
// with a webhook of their own, so that nothing leaves the machine.

import assert from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

// Pauses of one second, regardless of wrangler.toml, and as little patience.
const vars = { SHORTEST_PAUSE_SECONDS: "1", LONGEST_PAUSE_SECONDS: "1", PATIENCE_MS: "1000" };
const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml", vars }] });
let env;
const [consumer] = readConfig({ config: "./wrangler.toml" }).rawConfig.queues.consumers;
const attempts = consumer.max_retries + 1;

// What the webhook got, and by the event's subject, the statuses that it answers before a 204. A
// redirect leads to a page, and to an event whose status is `SILENT` it does not answer.
const SILENT = 0;
const received = [];
const failures = {};

before(async () => {
  mock.method(globalThis, "fetch", async (url, request) => {
    if (request.method !== "POST") return new Response("a page");
    const event = await request.json();
    received.push({ url: String(url), key: request.headers.get("idempotency-key"), event });
    const status = failures[event.subject]?.shift() ?? 204;
    if (status === SILENT) return new Promise(() => {});
    return new Response(null, { status, headers: { location: "/login" } });
  });
  await server.listen();
  env = await server.getWorker().getEnv();
});
after(() => server.close());

// Repeats a query until the answer is good, and fails at the deadline.
async function until(ask, isGood) {
  for (const deadline = Date.now() + 30_000; ; await pause(50)) {
    const answer = ask();
    if (isGood(answer)) return answer;
    assert.ok(Date.now() < deadline, `waited in vain, last: ${JSON.stringify(answer)}`);
  }
}

const post = (body) => server.fetch("/events", { method: "POST", body });
const send = (subject) => post(JSON.stringify({ kind: "order.paid", subject }));
const of = (subject) => received.filter(({ event }) => event.subject === subject);
const logHas = (text) => until(() => JSON.stringify(server.getLogs()), (log) => log.includes(text));

// Each test has its own subject, so they can all wait for the queue at the same time.
describe("a queue of events", { concurrency: true }, () => {
  test("an event is delivered to the webhook with its id", async () => {
    const response = await send("delivered");
    assert.equal(response.status, 202);
    const event = await response.json();
    assert.match(event.id, /^[0-9a-f-]{36}$/);
    const [first] = await until(() => of("delivered"), (calls) => calls.length > 0);
    assert.deepEqual(first.event, event);
    assert.equal(first.key, event.id);
    await logHas(`event ${event.id} is delivered`);
    assert.equal(of("delivered").length, 1);
  });

  test("an event that fails is tried again with the same id", async () => {
    failures.patient = [500, 429];
    const { id } = await (await send("patient")).json();
    const calls = await until(() => of("patient"), ({ length }) => length === 3);
    assert.deepEqual(calls.map(({ key }) => key), [id, id, id]);
    await logHas(`the webhook answered 500 to event ${id}`);
    await logHas(`event ${id} is delivered`);
  });

  test("a redirect is no delivery", async () => {
    failures.moved = [302, 303];
    const { id } = await (await send("moved")).json();
    await until(() => of("moved"), ({ length }) => length === 3);
    await logHas(`the webhook answered 302 to event ${id}`);
  });

  test("a webhook that does not answer is not waited for", async () => {
    failures.silent = [SILENT];
    const { id } = await (await send("silent")).json();
    await until(() => of("silent"), ({ length }) => length === 2);
    await logHas(`event ${id} is delivered`);
  });

  test("an event that fails in every attempt becomes a dead letter", async () => {
    failures.hopeless = Array(100).fill(503);
    await send("hopeless");
    await until(
      () => JSON.stringify(server.getLogs()),
      (log) => log.includes("dead letter") && log.includes("hopeless"),
    );
    assert.equal(of("hopeless").length, attempts);
  });

  test("a message without a valid event stops no other", async () => {
    const bodies = ["spilt", { id: "1", kind: "order.paid", subject: "drunk" }];
    await env.EVENTS.sendBatch(bodies.map((body) => ({ body })));
    await until(() => of("drunk"), (calls) => calls.length > 0);
    await logHas("invalid type");
  });
});

test("an invalid event gets a list of everything that is wrong", async () => {
  const response = await post(JSON.stringify({ kind: "Order Paid", subject: "" }));
  assert.equal(response.status, 422);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const { title, errors } = await response.json();
  assert.equal(title, "the event is not valid");
  assert.deepEqual(errors.map(({ field }) => field), ["kind", "subject"]);
});

test("a body that is not JSON is refused, and the cause is only logged", async () => {
  const response = await post("no JSON");
  assert.equal(response.status, 400);
  const title = "the body must be JSON with `kind` and `subject`";
  assert.deepEqual(await response.json(), { status: 400, title });
});

test("a body that is too long or has no declared length is not read", async () => {
  assert.equal((await post("a".repeat(16_385))).status, 413);
  const body = new Blob(["{}"]).stream();
  const response = await server.fetch("/events", { method: "POST", body, duplex: "half" });
  assert.equal(response.status, 411);
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const response = await server.fetch("/events");
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "POST");
});

test("unknown paths get a 404", async () => {
  for (const path of ["/", "/event", "/events/", "/events/1"]) {
    assert.equal((await server.fetch(path)).status, 404, path);
  }
});
