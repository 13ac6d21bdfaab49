// Tests the built worker in workerd over HTTP and through its queues. Run with `npm test`.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createTestHarness } from "wrangler";

// Three attempts with pauses of one and two seconds, regardless of wrangler.toml.
const vars = { MAX_ATTEMPTS: "3", RETRY_BASE_SECONDS: "1" };
const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml", vars }] });
let env;
before(async () => {
  await server.listen();
  env = await server.getWorker().getEnv();
});
after(() => server.close());

// Repeats a query until the answer is good, and fails with the last answer at the deadline.
async function until(ask, isGood) {
  for (const deadline = Date.now() + 20_000; ; await pause(50)) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    assert.ok(Date.now() < deadline, `waited in vain, last: ${JSON.stringify(answer)}`);
  }
}

const get = async (path) => (await server.fetch(path)).json();
const send = (method, path, body) => server.fetch(path, { method, body: JSON.stringify(body) });
const submit = (job) => send("POST", "/jobs", job);
const restock = (item, pieces) => send("PUT", `/stock/${item}`, { pieces });
const pieces = async (item) => (await get(`/stock/${item}`)).pieces;
const jobIs = (key, isGood) => until(() => get(`/jobs/${key}`), isGood);
const logged = (text) => JSON.stringify(server.getLogs()).split(text).length - 1;
const logHas = (text, times = 1) => until(() => logged(text), (found) => found >= times);

// Sends the ledger a command, as the consumer does.
async function tell(command) {
  const body = JSON.stringify(command);
  const ledger = env.LEDGER.getByName("ledger");
  return (await ledger.fetch("https://ledger/", { method: "POST", body })).json();
}
const claim = (job, message, seconds) => tell({ Claim: { job, message, seconds } });

// Each test has its own key and item, so they can all wait for the queue at the same time.
describe("a queue of jobs", { concurrency: true }, () => {
  test("a job is delivered and done", async () => {
    await restock("honey", 5);
    const response = await submit({ key: "delivered", item: "honey", quantity: 2 });
    assert.equal(response.status, 202);
    assert.equal(response.headers.get("location"), "/jobs/delivered");
    const job = await jobIs("delivered", ({ state }) => state !== "queued");
    assert.deepEqual(job, {
      key: "delivered", item: "honey", quantity: 2, state: "done", attempts: 1,
    });
    assert.equal(await pieces("honey"), 3);
  });

  test("a job that is refused is retried and succeeds", async () => {
    await submit({ key: "patient", item: "jam", quantity: 1 });
    await jobIs("patient", ({ attempts }) => attempts === 1);
    await restock("jam", 1);
    const { state, attempts } = await jobIs("patient", ({ state }) => state !== "queued");
    assert.equal(state, "done");
    assert.ok(attempts > 1, `${attempts} attempts`);
    assert.equal(await pieces("jam"), 0);
  });

  test("a job that is refused three times ends in the dead letter queue", async () => {
    await submit({ key: "hopeless", item: "gold", quantity: 1 });
    const { state, attempts } = await jobIs("hopeless", ({ state }) => state !== "queued");
    assert.deepEqual({ state, attempts }, { state: "failed", attempts: 3 });
    await logHas("dead letter: job hopeless has failed");
  });

  test("concurrent jobs with the same key take effect once", async () => {
    await restock("bread", 10);
    const job = { key: "twice", item: "bread", quantity: 4 };
    const responses = await Promise.all([submit(job), submit(job)]);
    assert.deepEqual(responses.map(({ status }) => status), [202, 202]);
    await logHas("job twice: ", 2);
    assert.equal(await pieces("bread"), 6);
    assert.equal((await get("/jobs/twice")).attempts, 1);
  });

  test("a finished job that is delivered again has no second effect", async () => {
    await restock("salt", 10);
    const job = { key: "again", item: "salt", quantity: 3 };
    await env.JOBS.send(job);
    await logHas("job again: Settled");
    await env.JOBS.send(job);
    await logHas("job again: Settled", 2);
    assert.equal(await pieces("salt"), 7);
    assert.equal((await get("/jobs/again")).attempts, 1);
  });

  test("a message without a valid job is logged as a dead letter and stops no other", async () => {
    await restock("milk", 1);
    const bodies = ["spilt", { key: "spilt" }, { key: "drunk", item: "milk", quantity: 1 }];
    await env.JOBS.sendBatch(bodies.map((body) => ({ body })));
    const { state } = await jobIs("drunk", (job) => job.state && job.state !== "queued");
    assert.equal(state, "done");
    await logHas("dead letter: Error: invalid type");
    await logHas("dead letter: Error: `item` must be");
  });

  test("a job is left to the message that has claimed it", async () => {
    const job = { key: "held", item: "wool", quantity: 1 };
    await restock("wool", 1);
    await claim(job, "another message", 60);
    await env.JOBS.send(job);
    await logHas("job held: HeldByAnother");
    const { state, attempts } = await get("/jobs/held");
    assert.deepEqual({ state, attempts }, { state: "queued", attempts: 1 });
    assert.equal(await pieces("wool"), 1);
  });

  test("a job whose claim has expired can be claimed by another message", async () => {
    const job = { key: "lost", item: "silk", quantity: 1 };
    await restock("silk", 1);
    await claim(job, "another message", 0);
    await env.JOBS.send(job);
    const { state, attempts } = await jobIs("lost", ({ state }) => state !== "queued");
    assert.deepEqual({ state, attempts }, { state: "done", attempts: 2 });
  });

  test("a message that crashed after its claim may claim the job again", async () => {
    const job = { key: "crashed", item: "tin", quantity: 1 };
    assert.deepEqual(await claim(job, "a", 60), { Granted: { attempts: 1 } });
    assert.deepEqual(await claim(job, "a", 60), { Granted: { attempts: 2 } });
    assert.equal(await claim(job, "b", 60), "HeldByAnother");
    await restock("tin", 1);
    assert.equal(await tell({ Fulfil: { key: "crashed", message: "b" } }), false);
    assert.equal(await tell({ Fulfil: { key: "crashed", message: "a" } }), true);
    assert.equal(await claim(job, "a", 60), "Finished");
    assert.equal(await pieces("tin"), 0);
  });
});

test("a job without a key gets one", async () => {
  const response = await submit({ item: "thread", quantity: 1 });
  const { key, state } = await response.json();
  assert.match(key, /^[0-9a-f-]{36}$/);
  assert.equal(state, "queued");
});

test("a key that another job has is refused", async () => {
  await submit({ key: "taken", item: "thread", quantity: 1 });
  const response = await submit({ key: "taken", item: "thread", quantity: 2 });
  assert.equal(response.status, 409);
});

test("an invalid job gets a list of everything that is wrong", async () => {
  const response = await submit({ key: "two words", quantity: 1.5 });
  assert.equal(response.status, 422);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const { title, errors } = await response.json();
  assert.equal(title, "the body is not a job");
  assert.deepEqual(errors.map(({ field }) => field), ["key", "item", "quantity"]);
});

test("a body that is not JSON is refused, and the cause is only logged", async () => {
  const response = await server.fetch("/jobs", { method: "POST", body: "no JSON" });
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), { status: 400, title: "the body must be a JSON object" });
});

test("a body that is too long or has no declared length is not read", async () => {
  for (const [method, path] of [["POST", "/jobs"], ["PUT", "/stock/felt"]]) {
    assert.equal((await send(method, path, { pieces: 1, note: "a".repeat(16_384) })).status, 413);
    const body = new Blob(['{"pieces":1}']).stream();
    const response = await server.fetch(path, { method, body, duplex: "half" });
    assert.equal(response.status, 411);
  }
});

test("stock is counted in whole pieces", async () => {
  const response = await restock("thread", -1);
  assert.equal(response.status, 422);
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const response = await server.fetch("/jobs", { method: "GET" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "POST");
});

test("an unknown job and an unknown item get a 404", async () => {
  assert.equal((await server.fetch("/jobs/nobody")).status, 404);
  assert.equal((await server.fetch("/stock/nothing")).status, 404);
});
