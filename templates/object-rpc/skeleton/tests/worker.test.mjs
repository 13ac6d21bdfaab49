// Tests the built worker in workerd over HTTP and by calls. Run with `npm test`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

// The worker as deployed, and the same twice with other numbers of seats. From those, `[build]` is
// omitted, because the worker is built by then, and so are queue consumers, because a queue can
// have only one.
const { build, queues, ...rest } = readConfig({ config: "./wrangler.toml" }).rawConfig;
const config = { ...rest, queues: { producers: queues?.producers ?? [] } };
const withSeats = (name, SEATS) => ({ config: { ...config, name, vars: { ...config.vars, SEATS } } });
const server = createTestHarness({
  workers: [{ configPath: "./wrangler.toml" }, withSeats("small", "2"), withSeats("broken", "many")],
});
before(() => server.listen());
after(() => server.close());

// A show that no other test uses, over HTTP and by calls of its methods.
async function newShow(name = undefined) {
  const worker = server.getWorker(name);
  const show = randomUUID();
  const ask = (path = "", method = "GET", body = undefined) =>
    worker.fetch(`/shows/${show}${path}`, { method, body: body && JSON.stringify(body) });
  return {
    ask,
    reserve: (seat, name) => ask(`/seats/${seat}`, "PUT", { name }),
    release: (seat) => ask(`/seats/${seat}`, "DELETE"),
    plan: async () => (await ask()).json(),
    methods: (await worker.getEnv()).SHOWS.getByName(show),
    evict: () => worker.evictDurableObject("SHOWS", { name: show }),
  };
}

async function refuses(response, status, title) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(await response.json(), { status, title });
}

test("a seat is reserved until it is given back", async () => {
  const show = await newShow();
  assert.deepEqual(await show.plan(), { seats: 40, reserved: {} });
  assert.deepEqual(await (await show.reserve(7, "Ada")).json(), { seat: 7, name: "Ada" });
  assert.deepEqual((await show.plan()).reserved, { 7: "Ada" });
  assert.equal((await show.release(7)).status, 204);
  assert.deepEqual((await show.plan()).reserved, {});
});

test("of many who want a seat at once, one gets it", async () => {
  const show = await newShow();
  const names = Array.from({ length: 20 }, (_, i) => `guest ${i}`);
  const statuses = await Promise.all(names.map(async (name) => (await show.reserve(1, name)).status));
  assert.equal(statuses.filter((status) => status === 200).length, 1);
  assert.equal(statuses.filter((status) => status === 409).length, 19);
  assert.deepEqual((await show.plan()).reserved, { 1: names[statuses.indexOf(200)] });
});

test("no reservation is lost when many seats are reserved at once", async () => {
  const show = await newShow();
  const seats = Array.from({ length: 20 }, (_, i) => i + 1);
  await Promise.all(seats.map((seat) => show.reserve(seat, `guest ${seat}`)));
  const expected = Object.fromEntries(seats.map((seat) => [seat, `guest ${seat}`]));
  assert.deepEqual((await show.plan()).reserved, expected);
});

test("each show has seats of its own", async () => {
  const [one, other] = [await newShow(), await newShow()];
  await one.reserve(1, "Ada");
  assert.equal((await other.reserve(1, "Bob")).status, 200);
  assert.deepEqual((await one.plan()).reserved, { 1: "Ada" });
});

test("reservations outlive the object in memory", async () => {
  const show = await newShow();
  await show.reserve(1, "Ada");
  await show.evict();
  assert.deepEqual((await show.plan()).reserved, { 1: "Ada" });
});

test("the methods can be called without HTTP", async () => {
  const { methods, plan } = await newShow();
  const ada = { seat: 3, name: "Ada" };
  assert.deepEqual({ ...(await methods.reserve(ada)).Ok }, ada);
  assert.deepEqual((await plan()).reserved, { 3: "Ada" });
});

test("an argument of another type is thrown back, and changes nothing", async () => {
  const { methods, plan } = await newShow();
  for (const argument of [undefined, 3, {}, { seat: "3", name: "Ada" }, { seat: -1, name: "Ada" }]) {
    await assert.rejects(async () => methods.reserve(argument));
  }
  await assert.rejects(async () => methods.release(1.5));
  assert.deepEqual((await plan()).reserved, {});
});

test("nothing but the methods can be called", async () => {
  const { methods, plan, reserve } = await newShow();
  await reserve(1, "Ada");
  for (const name of ["free", "__destroy_into_raw", "change", "nothing"]) {
    await assert.rejects(async () => methods[name](), /does not implement the method/);
  }
  assert.deepEqual((await plan()).reserved, { 1: "Ada" });
});

test("the object reads its variables from the Env", async () => {
  const show = await newShow("small");
  assert.equal((await show.plan()).seats, 2);
  assert.equal((await show.reserve(2, "Ada")).status, 200);
  await refuses(await show.reserve(3, "Ada"), 404, "the show has no such seat");
});

test("a call that fails is a 500, and the cause is only logged", async () => {
  server.clearLogs();
  const show = await newShow("broken");
  await refuses(await show.ask(), 500, "the worker could not answer");
  assert.match(JSON.stringify(server.getLogs()), /SEATS must be from 1 to 1000/);
});

test("refusals of a show have a status of their own", async () => {
  const show = await newShow();
  await show.reserve(1, "Ada");
  await refuses(await show.reserve(1, "Bob"), 409, "somebody else has reserved that seat");
  await refuses(await show.release(2), 404, "nobody has reserved that seat");
  for (const seat of [0, 41, 2 ** 32, -1, "1.5", "one"]) {
    await refuses(await show.reserve(seat, "Ada"), 404, "the show has no such seat");
  }
  for (const name of ["", "é".repeat(61)]) {
    await refuses(await show.reserve(2, name), 422, "a name must have 1 to 60 characters");
  }
  assert.deepEqual((await show.plan()).reserved, { 1: "Ada" });
});

test("a body that cannot be read is refused, and the cause is only logged", async () => {
  server.clearLogs();
  for (const body of ["no JSON", "{}", '{"name":1}', "null"]) {
    const response = await server.fetch("/shows/hamlet/seats/1", { method: "PUT", body });
    await refuses(response, 400, "the body is not the JSON that this address takes");
  }
  assert.match(JSON.stringify(server.getLogs()), /missing field `name`/);
});

test("a body that is too long or has no declared length is not read", async () => {
  const show = await newShow();
  await refuses(await show.reserve(1, "a".repeat(1024)), 413, "the body is longer than this address takes");

  const body = new Blob(['{"name":"Ada"}']).stream();
  const init = { method: "PUT", body, duplex: "half" };
  assert.equal((await server.fetch("/shows/hamlet/seats/1", init)).status, 411);
  assert.deepEqual((await show.plan()).reserved, {});
});

test("a show's name has one spelling", async () => {
  const title = "a show's name has 1 to 40 of a to z, 0 to 9 and -";
  for (const show of ["", "Hamlet", "ham%6Cet", "a".repeat(41)]) {
    await refuses(await server.fetch(`/shows/${show}`), 400, title);
  }
});

test("other methods get a 405 that lists the allowed ones", async () => {
  for (const [path, allowed] of [["/shows/hamlet", "GET, HEAD"], ["/shows/hamlet/seats/1", "PUT, DELETE"]]) {
    const response = await server.fetch(path, { method: "PATCH" });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), allowed);
  }
});

test("unknown paths get a 404", async () => {
  for (const path of ["/", "/shows", "/shows/hamlet/seats", "/shows/hamlet/seats/1/2"]) {
    await refuses(await server.fetch(path), 404, "there is nothing at this address");
  }
});
