// Tests the built worker in workerd over HTTP, and what it logs. Run with `npm test`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

// The worker as deployed, and the same with other settings: `quiet` samples no request, `broken`
// cannot read its rate, and the pages of `faulty` fail. From those, `[build]` is omitted, because the
// worker is built by then, and so are queue consumers, because a queue can have only one.
const { build, queues, ...rest } = readConfig({ config: "./wrangler.toml" }).rawConfig;
const config = { ...rest, queues: { producers: queues?.producers ?? [] } };
const like = (name, SAMPLE_PERCENT, main = config.main) => ({
  config: { ...config, name, main, vars: { ...config.vars, SAMPLE_PERCENT } },
});
const server = createTestHarness({
  workers: [
    { configPath: "./wrangler.toml" },
    like("quiet", "0"),
    like("broken", "all"),
    like("faulty", "100", "./tests/faulty.mjs"),
    like("quiet-faulty", "0", "./tests/faulty.mjs"),
  ],
});
before(() => server.listen());
after(() => server.close());

// The lines of the log that are JSON, each with the level under which the runtime keeps it.
function log() {
  const lines = server.getLogs().filter(({ message }) => message.startsWith("{"));
  return lines.map(({ level, message }) => ({ kept: level, ...JSON.parse(message) }));
}

// Sends a request about a page that no other test uses, or about `path`. Returns the response with
// the lines of the log that have its id.
async function ask({ worker = undefined, page = randomUUID(), path = `/pages/${page}`, ...init } = {}) {
  const response = await server.getWorker(worker).fetch(path, init);
  const id = response.headers.get("x-request-id");
  return { response, page, id, lines: () => log().filter((line) => line.request_id === id) };
}

async function refuses({ response }, status, title) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(await response.json(), { status, title });
}

test("the Rust of each worker starts once, before the first request", async () => {
  await ask();
  await ask();
  const started = log().filter(({ message }) => message === "started");
  assert.ok(started.length >= 1 && started.length <= 5);
  assert.deepEqual(started[0], { kept: "log", level: "INFO", message: "started" });
});

test("visits are counted", async () => {
  const { page } = await ask({ method: "POST" });
  await ask({ method: "POST", page });
  const { response } = await ask({ page });
  assert.deepEqual(await response.json(), { visits: 2 });
});

test("the worker and the object log under one id", async () => {
  const { lines, page } = await ask({ method: "POST" });
  const found = lines().map(({ part, span, message }) => `${part}: ${span ?? message}`);
  assert.deepEqual(found, [
    "object: count",
    "object: counted",
    "object: request",
    "worker: ask",
    "worker: request",
  ]);
  const paths = lines().map(({ path }) => path);
  assert.deepEqual(paths, [...Array(3).fill(`/${page}`), ...Array(2).fill(`/pages/${page}`)]);
});

test("a span that closes has its fields and its duration", async () => {
  const { lines, page, id } = await ask({ method: "POST" });
  const { ms, ...last } = lines().at(-1);
  assert.ok(Number.isInteger(ms) && ms >= 0);
  assert.deepEqual(last, {
    kept: "log",
    level: "INFO",
    span: "request",
    part: "worker",
    request_id: id,
    method: "POST",
    path: `/pages/${page}`,
    status: 200,
  });
});

test("an event has fields of its own and of the spans around it", async () => {
  const { lines } = await ask({ method: "POST" });
  const [counted] = lines().filter(({ message }) => message === "counted");
  assert.equal(counted.visits, 1);
  assert.equal(counted.part, "object");
});

test("requests that are answered at the same time keep their lines apart", async () => {
  const asked = await Promise.all(Array.from({ length: 20 }, () => ask({ method: "POST" })));
  assert.equal(new Set(asked.map(({ id }) => id)).size, 20);
  for (const { lines, page } of asked) {
    assert.equal(lines().length, 5);
    for (const { path } of lines()) assert.ok(path.endsWith(`/${page}`));
  }
});

test("a client cannot choose the id", async () => {
  const { id } = await ask({ headers: { "x-request-id": "mine" } });
  assert.match(id, /^[0-9a-f-]{36}$/);
});

test("what a client sends stays in its field", async () => {
  const path = `/a"b,%22%0A{"level":"ERROR"}`;
  const { lines } = await ask({ path });
  const [line] = lines();
  assert.equal(line.level, "INFO");
  assert.equal(decodeURI(line.path), decodeURI(new URL(path, "http://localhost").pathname));
});

test("a request that is not sampled logs nothing", async () => {
  const { lines, response } = await ask({ worker: "quiet", method: "POST" });
  assert.equal(response.status, 200);
  assert.deepEqual(lines(), []);
});

test("the object's error is logged under the id, and not sent to the client", async () => {
  const failed = await ask({ worker: "faulty", method: "POST" });
  await refuses(failed, 500, "the worker could not answer");
  const [first, second] = failed.lines().filter(({ level }) => level === "ERROR");
  assert.equal(first.kept, "error");
  assert.equal(first.part, "object");
  assert.match(first.cause, /column/);
  assert.equal(second.message, "the object failed");
  assert.equal(second.object_status, 500);
  assert.equal(failed.lines().at(-1).status, 500);
});

test("an error of a request that is not sampled is logged alone", async () => {
  const { lines } = await ask({ worker: "quiet-faulty", method: "POST" });
  assert.deepEqual(lines().map(({ part, level }) => `${part}: ${level}`), ["object: ERROR", "worker: ERROR"]);
});

test("a rate that cannot be read is an error of the worker, which is logged", async () => {
  const broken = await ask({ worker: "broken" });
  await refuses(broken, 500, "the worker could not answer");
  const [line] = broken.lines().filter(({ level }) => level === "ERROR");
  assert.match(line.cause, /SAMPLE_PERCENT must be from 0 to 100/);
});

test("a page's name has one spelling", async () => {
  for (const page of ["", "Home", "hom%65", "a".repeat(41)]) {
    await refuses(await ask({ page }), 400, "a page's name has 1 to 40 of a to z, 0 to 9 and -");
  }
});

test("refused requests are logged with their status", async () => {
  const { response, lines } = await ask({ path: "/nothing" });
  await refuses({ response }, 404, "there is nothing at this address");
  assert.deepEqual(lines().map(({ level, status }) => `${level} ${status}`), ["INFO 404"]);
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const { response } = await ask({ method: "DELETE" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, HEAD, POST");
});
