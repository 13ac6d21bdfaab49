// Tests the built worker in workerd over HTTP. Run with `npm test`.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

const TOKEN = "a-token-that-nobody-knows-but-this-test";
const NEW_TOKEN = "another-token-that-nobody-else-knows-at-all";
const SHORT_TOKEN = "quite-short-a-token";

// The worker as wrangler.toml configures it.
const secrets = { WRITE_TOKEN: TOKEN };
const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml", secrets }] });

// The same worker as each test configures it. `server` has built it by then.
const other = createTestHarness();
const built = { configPath: "./wrangler.toml", prebuiltWorkerDir: "./build" };
async function setUp(vars, token = TOKEN) {
  await other.update({ workers: [{ ...built, vars, secrets: { WRITE_TOKEN: token } }] });
  await other.listen();
}

let env;
before(async () => {
  await server.listen();
  env = await server.getWorker().getEnv();
});
after(() => Promise.all([server.close(), other.close()]));

// All responses and logs are searched for secrets after each test.
let answers = [];
async function ask(harness, path, init) {
  const response = await harness.fetch(path, init);
  const { status, headers } = response;
  const text = await response.text();
  answers.push(text, ...headers.values());
  return { status, headers, text };
}
afterEach(() => {
  const heard = JSON.stringify([answers, server.getLogs(), other.getLogs()]);
  for (const secret of [TOKEN, NEW_TOKEN, SHORT_TOKEN]) assert.ok(!heard.includes(secret), heard);
  answers = [];
  server.clearLogs();
  other.clearLogs();
});

const read = (harness, key) => ask(harness, `/notices/${key}`);
const post = (harness, key, body = "On Sunday.", authorization = `Bearer ${TOKEN}`) =>
  ask(harness, `/notices/${key}`, { method: "PUT", body, headers: { authorization } });
const settings = async (harness) => JSON.parse((await ask(harness, "/settings")).text);

function assertProblem(answer, status, title) {
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(JSON.parse(answer.text), { status, title });
  assert.equal(answer.status, status);
}

// Returns the number of seconds until a notice expires.
async function lifetime(env, key) {
  const { keys } = await env.NOTICES.list({ prefix: key });
  assert.deepEqual(keys.map(({ name }) => name), [key]);
  return keys[0].expiration - Date.now() / 1000;
}

test("the settings are returned with their types", async () => {
  const { vars } = readConfig({ config: "./wrangler.toml" }).rawConfig;
  assert.deepEqual((await settings(server)).settings, {
    title: vars.BOARD_TITLE,
    posting: vars.POSTING,
    limits: { ...vars.LIMITS },
  });
});

test("the version identifies the deployment and its time", async () => {
  const { version } = await settings(server);
  assert.deepEqual(Object.keys(version), ["id", "tag", "timestamp"]);
  assert.match(version.id, /^[0-9a-f-]{36}$/);
  assert.ok(Date.now() - Date.parse(version.timestamp) < 600_000, version.timestamp);
});

test("a notice is stored, read without a token, and replaced", async () => {
  assert.equal((await read(server, "kept")).status, 404);
  for (const text of ["Am Sonntag", "On Sunday, in the café"]) {
    assert.equal((await post(server, "kept", text)).status, 204);
    const answer = await read(server, "kept");
    assert.deepEqual([answer.status, answer.text], [200, text]);
    assert.equal(await env.NOTICES.get("kept"), text);
  }
});

test("posting without the token is refused, and reveals nothing else", async () => {
  const short = TOKEN.slice(0, -1);
  const wrong = [`x${TOKEN.slice(1)}`, `${short}x`, `${TOKEN}x`, short, ""];
  const bearers = wrong.map((token) => `Bearer ${token}`);
  for (const authorization of [...bearers, `Basic ${TOKEN}`, TOKEN, ""]) {
    const answer = await post(server, "refused", "x".repeat(2_000), authorization);
    assertProblem(answer, 401, "the token is missing or wrong");
    assert.equal(answer.headers.get("www-authenticate"), "Bearer");
  }
  assert.equal(await env.NOTICES.get("refused"), null);
  assert.equal((await post(server, "lower-case", "Yes.", `bearer  ${TOKEN}`)).status, 204);
});

test("invalid keys, unknown paths and other methods are refused", async () => {
  const rule = "a key has 1 to 64 of a to z, 0 to 9 and -";
  for (const key of ["Fair", "", "a/b", "a".repeat(65)]) {
    assertProblem(await post(server, key), 400, rule);
  }
  for (const path of ["/", "/notices", "/settings/"]) {
    assertProblem(await ask(server, path), 404, "there is nothing at this address");
  }
  for (const [path, allowed] of [["/settings", "GET, HEAD"], ["/notices/a", "GET, HEAD, PUT"]]) {
    const answer = await ask(server, path, { method: "POST", body: "{}" });
    assertProblem(answer, 405, "this address does not answer that method");
    assert.equal(answer.headers.get("allow"), allowed);
  }
});

test("the worker respects the value of every variable", async () => {
  const limits = { notice_bytes: 4, keep_seconds: 90 };
  const version = { id: "v2", tag: "spring", timestamp: "2030-01-01T00:00:00Z" };
  await setUp({ BOARD_TITLE: "Fête", LIMITS: limits, VERSION: version }, NEW_TOKEN);
  assert.deepEqual(await settings(other), {
    settings: { title: "Fête", posting: "open", limits },
    version,
  });

  const token = `Bearer ${NEW_TOKEN}`;
  assert.equal((await post(other, "fair", "éé", token)).status, 204);
  const title = "the notice is longer than the settings allow";
  assertProblem(await post(other, "fair", "ééé", token), 413, title);
  assert.equal((await post(other, "fair")).status, 401);

  const seconds = await lifetime(await other.getWorker().getEnv(), "fair");
  assert.ok(seconds > 30 && seconds < 91, `${seconds} seconds`);
});

test("a closed board can be read, but not posted to", async () => {
  await setUp({ POSTING: "closed" });
  assert.equal((await settings(other)).settings.posting, "closed");
  assertProblem(await post(other, "late"), 503, "the board takes no notices now");
  assert.equal((await post(other, "late", "", "")).status, 401);
  assert.equal((await read(other, "late")).status, 404);
});

// Returns the errors that a misconfigured worker logs. All its clients get the same 500.
async function errors() {
  for (const answer of [await read(other, "a"), await post(other, "a")]) {
    assertProblem(answer, 500, "the worker is not set up correctly");
  }
  other.clearLogs();
  assertProblem(await ask(other, "/settings"), 500, "the worker is not set up correctly");
  const logs = other.getLogs();
  assert.deepEqual(logs.map(({ level }) => level), logs.map(() => "error"));
  return logs.map(({ message }) => message);
}

const LIMITS_RULE =
  "LIMITS: needs notice_bytes from 1 to 100000, and keep_seconds from 60 to 31536000";

test("every invalid value is logged, and no log quotes the secret", async () => {
  await setUp({ POSTING: "ajar", LIMITS: { notice_bytes: 0, keep_seconds: 60 } }, SHORT_TOKEN);
  assert.deepEqual(await errors(), [
    "WRITE_TOKEN: must have 32 characters or more",
    "POSTING: must be open or closed",
    LIMITS_RULE,
  ]);
});

test("every value of the wrong type is logged", async () => {
  await setUp({ BOARD_TITLE: 7, POSTING: true, LIMITS: "small", VERSION: "spring" });
  const cast = "Binding cannot be cast to the type";
  assert.deepEqual(await errors(), [
    `BOARD_TITLE: ${cast} String from Number`,
    `POSTING: ${cast} String from Boolean`,
    `LIMITS: ${cast} Object from String`,
    `VERSION: ${cast} Object from String`,
  ]);
});

test("a value of a table that is missing or has the wrong type is logged", async () => {
  for (const limits of [{ notice_bytes: 1 }, { notice_bytes: 1, keep_seconds: "a week" }]) {
    await setUp({ LIMITS: limits });
    const [error, ...others] = await errors();
    assert.deepEqual(others, []);
    assert.match(error, /^LIMITS: .*(keep_seconds|a week)/);
  }
});

test("a variable that is null is logged, and does not block the response", async () => {
  await setUp({ BOARD_TITLE: null, LIMITS: null });
  assert.deepEqual(await errors(), ["a variable: is null"]);
});

test("a worker without bindings logs all that are missing", async () => {
  const { name, compatibility_date } = readConfig({ config: "./wrangler.toml" }).rawConfig;
  const config = { name, compatibility_date, main: "../build/index.js" };
  // In another folder, so that it gets no secret from .dev.vars.
  await other.update({ root: "./tests", workers: [{ config }] });
  await other.listen();
  const names = (await errors()).map((error) => error.split(":")[0]);
  const all = ["NOTICES", "WRITE_TOKEN", "BOARD_TITLE", "POSTING", "LIMITS", "VERSION"];
  assert.deepEqual(names, all);
});
