// Tests the built worker in workerd by its cron triggers and over HTTP. Run with `npm test`.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
let worker;
let env;
let crons;
before(async () => {
  await server.listen();
  worker = server.getWorker();
  env = await worker.getEnv();
  crons = Object.fromEntries((await progress()).map(({ job, cron }) => [job, cron]));
});
after(() => server.close());

// Every test starts with an empty logbook.
beforeEach(async () => {
  for (const key of await keys()) await env.LOGBOOK.delete(key);
});

const keys = async () => (await env.LOGBOOK.list()).keys.map(({ name }) => name);
const readings = async () => (await keys()).filter((key) => key.startsWith("reading/"));
const contents = async () =>
  Promise.all((await keys()).map(async (key) => [key, await env.LOGBOOK.get(key)]));
const progress = async () => (await (await server.fetch("/")).json()).jobs;
const checkpoint = async (name) => (await progress()).find(({ job }) => job === name).checkpoint;

// Waits for lines of the log, which may arrive after the response.
async function logged(text, lines = 1) {
  for (const deadline = Date.now() + 5_000; ; await pause(20)) {
    const found = server.getLogs().map(({ message }) => message).filter((m) => m.includes(text));
    if (found.length >= lines) return found;
    assert.ok(Date.now() < deadline, `the log lacks: ${text}`);
  }
}

// Fires a cron trigger as the platform does, and returns how the platform counts the run.
async function fireCron(cron, time) {
  const { outcome } = await worker.scheduled({ cron, scheduledTime: new Date(time) });
  return outcome;
}
const fire = (job, time) => fireCron(crons[job], time);

// Store what earlier runs would have stored.
const storeThrough = (job, through) =>
  env.LOGBOOK.put(`checkpoint/${job}`, JSON.stringify({ version: "1", through, runs: 1 }));
const storeReading = (hour, height_cm) =>
  env.LOGBOOK.put(`reading/${hour}`, JSON.stringify({ height_cm }));

test("a cron trigger starts its own job, and no other", async () => {
  const jobs = ["collect", "digest", "sweep"];
  for (const job of jobs) assert.equal(await fire(job, "2031-01-02T05:05:00Z"), "ok");
  const started = (await logged("2031-01-02", 3)).map((line) => line.split(":")[0]);
  assert.deepEqual(started, jobs);
});

test("a cron expression without a job is logged, and does nothing", async () => {
  assert.equal(await fireCron("0 0 1 1 *", "2026-11-17T05:05:00Z"), "ok");
  await logged("no job has the cron `0 0 1 1 *`");
  assert.deepEqual(await keys(), []);
});

test("collect records the reading of its hour and its checkpoint", async () => {
  await fire("collect", "2026-11-17T05:05:00Z");
  assert.deepEqual(await readings(), ["reading/2026-11-17T05"]);
  const { height_cm } = await env.LOGBOOK.get("reading/2026-11-17T05", "json");
  assert.ok(Math.abs(height_cm) <= 100, height_cm);
  assert.deepEqual(await checkpoint("collect"), {
    through: "2026-11-17T05:00:00Z",
    runs: 1,
    last_run: { scheduled: "2026-11-17T05:05:00Z", outcome: "done" },
    last_failure: null,
  });
});

test("a run that comes twice has one effect", async () => {
  await fire("collect", "2026-11-17T05:05:00Z");
  const once = await contents();
  assert.equal(await fire("collect", "2026-11-17T05:05:00Z"), "ok");
  assert.deepEqual(await contents(), once);
});

test("two concurrent runs have the same effect as one", async () => {
  const runs = [1, 2].map(() => fire("collect", "2026-11-17T05:05:00Z"));
  assert.deepEqual(await Promise.all(runs), ["ok", "ok"]);
  assert.deepEqual(await readings(), ["reading/2026-11-17T05"]);
  assert.equal((await checkpoint("collect")).through, "2026-11-17T05:00:00Z");
});

test("a run that comes after a later one has no effect", async () => {
  await fire("collect", "2026-11-17T05:05:00Z");
  const before = await contents();
  assert.equal(await fire("collect", "2026-11-17T03:05:00Z"), "ok");
  assert.deepEqual(await contents(), before);
});

test("the next run catches up on missed runs", async () => {
  await fire("collect", "2026-11-16T22:05:00Z");
  await fire("collect", "2026-11-17T01:05:00Z");
  const hours = ["2026-11-16T22", "2026-11-16T23", "2026-11-17T00", "2026-11-17T01"];
  assert.deepEqual(await readings(), hours.map((hour) => `reading/${hour}`));
});

test("catching up on a long outage takes more than one run", async () => {
  await storeThrough("collect", "2026-11-15T00:00:00Z");
  await fire("collect", "2026-11-16T06:05:00Z");
  assert.equal((await readings()).length, 24);
  await fire("collect", "2026-11-16T07:05:00Z");
  assert.equal((await readings()).length, 31);
  assert.equal((await checkpoint("collect")).through, "2026-11-16T07:00:00Z");
});

test("digest summarizes the past day", async () => {
  await storeThrough("collect", "2026-11-17T00:00:00Z");
  await storeReading("2026-11-15T23", -999);
  await storeReading("2026-11-16T00", -40);
  await storeReading("2026-11-16T23", 60);
  await storeReading("2026-11-17T00", 999);
  assert.equal(await fire("digest", "2026-11-17T00:20:00Z"), "ok");
  const response = await server.fetch("/digests/2026-11-16");
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { readings: 2, lowest_cm: -40, highest_cm: 60 });
});

test("digest waits until a day is completely collected, and catches up on it", async () => {
  await storeThrough("digest", "2026-11-15T00:00:00Z");
  await storeThrough("collect", "2026-11-16T22:00:00Z");
  assert.equal(await fire("digest", "2026-11-17T00:20:00Z"), "ok");
  assert.equal((await server.fetch("/digests/2026-11-16")).status, 404);

  await storeThrough("collect", "2026-11-18T00:00:00Z");
  assert.equal(await fire("digest", "2026-11-18T00:20:00Z"), "ok");
  for (const day of ["2026-11-16", "2026-11-17"]) {
    assert.equal((await server.fetch(`/digests/${day}`)).status, 200);
  }
});

test("sweep deletes the readings of days that are too old, and no others", async () => {
  const dayOfSweep = Date.parse("2026-11-17T00:00:00Z");
  const day = (age) => new Date(dayOfSweep - age * 86_400_000).toISOString();
  const hour = (age) => day(age).slice(0, 13);
  const keep = Number(env.KEEP_DAYS);
  await storeThrough("digest", day(1));
  await storeReading(hour(keep), 1);
  await storeReading(hour(keep - 1), 2);
  assert.equal(await fire("sweep", "2026-11-17T03:40:00Z"), "ok");
  assert.deepEqual(await readings(), [`reading/${hour(keep - 1)}`]);
});

test("sweep keeps a day that has not been summarized", async () => {
  await storeThrough("digest", "2026-01-01T00:00:00Z");
  await storeReading("2026-01-01T23", 1);
  await storeReading("2026-01-02T00", 2);
  assert.equal(await fire("sweep", "2026-11-17T03:40:00Z"), "ok");
  assert.deepEqual(await readings(), ["reading/2026-01-02T00"]);
});

test("a failed run counts as failed and has a reason, and the cause is only logged", async () => {
  await storeThrough("collect", "2026-11-17T00:00:00Z");
  await env.LOGBOOK.put("reading/2026-11-16T05", "no JSON");
  assert.equal(await fire("digest", "2026-11-17T00:20:00Z"), "exception");
  const scheduled = "2026-11-17T00:20:00Z";
  assert.deepEqual(await checkpoint("digest"), {
    through: "2026-11-15T00:00:00Z",
    runs: 1,
    last_run: { scheduled, outcome: "a stored value cannot be read" },
    last_failure: { scheduled, outcome: "a stored value cannot be read" },
  });
  await logged("reading/2026-11-16T05 in KV: expected ident");
});

test("a run after a failure does the rest, and the failure remains visible", async () => {
  await storeThrough("collect", "2026-11-17T00:00:00Z");
  await env.LOGBOOK.put("reading/2026-11-16T05", "no JSON");
  await fire("digest", "2026-11-17T00:20:00Z");
  await storeReading("2026-11-16T05", 1);
  assert.equal(await fire("digest", "2026-11-17T00:20:00Z"), "ok");
  assert.equal((await server.fetch("/digests/2026-11-16")).status, 200);
  const { runs, last_run, last_failure } = await checkpoint("digest");
  assert.equal(runs, 2);
  assert.equal(last_run.outcome, "done");
  assert.equal(last_failure.outcome, "a stored value cannot be read");
});

test("a period that failed in the very first run is processed by the next one", async () => {
  await storeThrough("collect", "2026-11-18T00:00:00Z");
  await env.LOGBOOK.put("reading/2026-11-16T05", "no JSON");
  assert.equal(await fire("digest", "2026-11-17T00:20:00Z"), "exception");
  await storeReading("2026-11-16T05", 1);
  assert.equal(await fire("digest", "2026-11-18T00:20:00Z"), "ok");
  for (const day of ["2026-11-16", "2026-11-17"]) {
    assert.equal((await server.fetch(`/digests/${day}`)).status, 200);
  }
});

test("a run that fails halfway keeps what it has done so far", async () => {
  await storeThrough("collect", "2026-11-18T00:00:00Z");
  await storeThrough("digest", "2026-11-15T00:00:00Z");
  await env.LOGBOOK.put("reading/2026-11-17T05", "no JSON");
  assert.equal(await fire("digest", "2026-11-18T00:20:00Z"), "exception");
  assert.equal((await server.fetch("/digests/2026-11-16")).status, 200);
  assert.equal((await checkpoint("digest")).through, "2026-11-16T00:00:00Z");
});

test("a checkpoint with another version is not changed", async () => {
  const newer = JSON.stringify({ version: "2", until: 5 });
  await env.LOGBOOK.put("checkpoint/collect", newer);
  assert.equal(await fire("collect", "2026-11-17T05:05:00Z"), "exception");
  assert.deepEqual(await contents(), [["checkpoint/collect", newer]]);
  const response = await server.fetch("/");
  assert.equal(response.status, 500);
  const title = "a stored value cannot be read";
  assert.deepEqual(await response.json(), { status: 500, title });
  await logged("checkpoint/collect in KV: unknown variant `2`");
});

test("no request starts a job", async () => {
  for (const path of ["/", "/collect", "/scheduled", "/digests/2026-11-16"]) {
    for (const method of ["GET", "POST"]) await server.fetch(path, { method });
  }
  assert.deepEqual(await keys(), []);
});

test("a day without a digest gets a 404", async () => {
  const response = await server.fetch("/digests/2026-11-16");
  assert.equal(response.status, 404);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
});

test("days that do not exist get a 404", async () => {
  for (const path of ["/digests/", "/digests/2026-02-30", `/digests/${"9".repeat(600)}`]) {
    assert.equal((await server.fetch(path)).status, 404, path);
  }
});

test("unknown paths get a 404, whatever the method", async () => {
  for (const path of ["/digests", "/digests/2026-11-16/05", "/collect"]) {
    for (const method of ["GET", "POST"]) {
      assert.equal((await server.fetch(path, { method })).status, 404, `${method} ${path}`);
    }
  }
});

test("other methods get a 405 that lists the allowed ones", async () => {
  for (const path of ["/", "/digests/2026-11-16"]) {
    const response = await server.fetch(path, { method: "POST" });
    assert.equal(response.status, 405, path);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
  }
});
