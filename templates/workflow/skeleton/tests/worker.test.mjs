// Tests the built worker in workerd over HTTP. Run with `npm test`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
before(() => server.listen());
after(() => server.close());

const tea = { item: "tea", count: 2 };

// An order that no other test uses, with an introspector, which skips all waiting.
async function newOrder(skip = (modifier) => modifier.disableSleeps()) {
  const id = randomUUID();
  const instance = await server.getWorker().introspectWorkflowInstance("ORDERS", id);
  await instance.modify(async (modifier) => {
    await modifier.disableRetryDelays();
    await skip(modifier);
  });
  const ask = (path, method = "GET", body = undefined) =>
    server.fetch(`/orders/${id}${path}`, { method, body: body && JSON.stringify(body) });
  return {
    id,
    ask,
    instance,
    create: (order = tea) => ask("", "PUT", order),
    pay: (payment = { cents: 350 }) => ask("/payment", "POST", payment),
    restart: () => ask("/restart", "POST"),
    status: async () => (await ask("")).json(),
  };
}

async function refuses(response, status, title) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(await response.json(), { status, title });
}

test("a paid order is dispatched", async () => {
  const order = await newOrder();
  const created = await order.create();
  assert.equal(created.status, 202);
  const reserved = await order.instance.waitForStepResult({ name: "reserve" });
  assert.equal((await order.pay()).status, 202);
  await order.instance.waitForStatus("complete");
  const { status, output } = await order.status();
  assert.equal(status, "complete");
  assert.equal(output.outcome, "dispatched");
  assert.equal(output.cents, 350);
  assert.equal(output.reserved_at, reserved);
  assert.ok(output.dispatched_at >= reserved);
});

test("a payment that comes before the order waits for it is kept", async () => {
  const order = await newOrder();
  await order.create();
  await order.pay();
  await order.instance.waitForStatus("complete");
  assert.equal((await order.status()).output.cents, 350);
});

test("an order that nobody pays is cancelled", async () => {
  const order = await newOrder((modifier) => modifier.forceEventTimeout({ name: "wait for payment" }));
  await order.create();
  await order.instance.waitForStatus("complete");
  assert.deepEqual(await order.status(), { status: "complete", output: { outcome: "cancelled" } });
  await refuses(await order.pay(), 409, "the order is not waiting for a payment");
});

test("an order with a payment that cannot be read is errored, and not cancelled as unpaid", async () => {
  const order = await newOrder();
  await order.create();
  await order.instance.waitForStepResult({ name: "reserve" });
  const { ORDERS } = await server.getWorker().getEnv();
  const { id } = order;
  await (await ORDERS.get(id)).sendEvent({ type: "payment", payload: { cents: "350" } });
  await order.instance.waitForStatus("errored");
  assert.deepEqual(await order.status(), { status: "errored", output: null });
});

for (const rehearse of ["error", "panic"]) {
  test(`a step whose first attempt ends in ${rehearse} is tried again`, async () => {
    const order = await newOrder();
    server.clearLogs();
    await order.create({ ...tea, rehearse });
    await order.instance.waitForStepResult({ name: "reserve" });
    await order.pay();
    await order.instance.waitForStatus("complete");
    assert.equal((await order.status()).output.outcome, "dispatched");
    assert.match(JSON.stringify(server.getLogs()), new RegExp(`a rehearsed ${rehearse}`));
  });
}

test("a panic in one order leaves the others alone", async () => {
  const [one, other] = [await newOrder(), await newOrder()];
  await one.create();
  const reserved = await one.instance.waitForStepResult({ name: "reserve" });
  await other.create({ ...tea, rehearse: "panic" });
  await other.instance.waitForStepResult({ name: "reserve" });
  await one.pay();
  await one.instance.waitForStatus("complete");
  assert.equal((await one.status()).output.reserved_at, reserved);
});

test("an order whose step fails each time is errored", async () => {
  const fail = (modifier) => modifier.mockStepError({ name: "reserve" }, new Error("sold out"), 4);
  const order = await newOrder(fail);
  await order.create();
  await order.instance.waitForStatus("errored");
  assert.deepEqual(await order.status(), { status: "errored", output: null });
  await refuses(await order.pay(), 409, "the order is not waiting for a payment");
});

test("a restarted order takes all steps again", async () => {
  const order = await newOrder();
  await order.create();
  await order.pay();
  await order.instance.waitForStatus("complete");
  assert.equal((await order.restart()).status, 202);
  assert.notEqual((await order.status()).status, "complete");
  await order.pay({ cents: 400 });
  await order.instance.waitForStatus("complete");
  assert.equal((await order.status()).output.cents, 400);
});

test("an id belongs to one order", async () => {
  const order = await newOrder();
  await order.create();
  await refuses(await order.create(), 409, "there is an order with that id already");
});

test("an unknown order is not found", async () => {
  const title = "there is no such order";
  const { ask, pay, restart } = await newOrder();
  for (const response of [await ask(""), await pay(), await restart()]) {
    await refuses(response, 404, title);
  }
});

test("invalid values are refused, and no order is created", async () => {
  const order = await newOrder();
  const long = "é".repeat(61);
  await refuses(await order.create({ ...tea, item: "" }), 422, "an item must have 1 to 60 characters");
  await refuses(await order.create({ ...tea, item: long }), 422, "an item must have 1 to 60 characters");
  await refuses(await order.create({ ...tea, count: 1001 }), 422, "a count must be from 1 to 1000");
  await refuses(await order.pay({ cents: 0 }), 422, "a payment must be at least 1 cent");
  assert.equal((await order.ask("")).status, 404);
});

test("a body that cannot be read is refused, and the cause is only logged", async () => {
  server.clearLogs();
  for (const body of ["no JSON", "{}", '{"item":"tea","count":-1}', '{"item":"tea","count":1.5}']) {
    const response = await server.fetch("/orders/tea", { method: "PUT", body });
    await refuses(response, 400, "the body is not the JSON that this address takes");
  }
  assert.match(JSON.stringify(server.getLogs()), /missing field `item`/);
});

test("a body that is too long or has no declared length is not read", async () => {
  const order = await newOrder();
  const title = "the body is longer than this address takes";
  await refuses(await order.create({ ...tea, item: "a".repeat(4096) }), 413, title);

  const body = new Blob([JSON.stringify(tea)]).stream();
  const init = { method: "PUT", body, duplex: "half" };
  assert.equal((await server.fetch("/orders/tea", init)).status, 411);
  assert.equal((await order.ask("")).status, 404);
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const response = await server.fetch("/orders/tea", { method: "DELETE" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, HEAD, PUT");
});

test("unknown paths get a 404", async () => {
  assert.equal((await server.fetch("/orders")).status, 404);
});
