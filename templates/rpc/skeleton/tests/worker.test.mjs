// Tests the built workers in workerd over HTTP and by calls. Run with `npm test`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

// Both workers as deployed. Requests go to the first.
const both = createTestHarness({
  workers: [{ configPath: "./client/wrangler.toml" }, { configPath: "./server/wrangler.toml" }],
});

// A worker's configuration without `[build]`, because the worker is built by then, without queue
// consumers, because a queue can have only one, and without assets and containers, whose paths
// would be sought here.
function configOf(folder) {
  const { rawConfig } = readConfig({ config: `./${folder}/wrangler.toml` });
  const { assets, build, containers, queues, ...rest } = rawConfig;
  const config = { ...rest, queues: { producers: queues?.producers ?? [] } };
  return { ...config, main: `./${folder}/${rest.main}` };
}
const [client, server] = [configOf("client"), configOf("server")];

// The client three times, each with a problem: `unbound` has no server, `misled` calls itself, a
// worker without the methods, and `unlucky` calls a server that throws.
const others = client.services.filter(({ binding }) => binding !== "POSTAGE");
const clientOf = (name, ...servers) => {
  const postage = servers.map((service) => ({ binding: "POSTAGE", service }));
  return { config: { ...client, name, services: [...others, ...postage] } };
};
const vars = { ...server.vars, SURCHARGE_CENTS: "much" };
const broken = { ...server, name: "broken", vars };
const outOfLuck = createTestHarness({
  workers: [clientOf("unbound"), clientOf("misled", "misled"), clientOf("unlucky", "broken"), { config: broken }],
});

before(async () => {
  await both.listen();
  await outOfLuck.listen();
});
after(() => Promise.all([both.close(), outOfLuck.close()]));

const GIFT = { country: "FR", grams: 1200 };
const PRICE = { cents: 850, days: 2 };

// Sends a client a request. Returns the status with the fields of the JSON.
async function ask(worker, path) {
  const response = await worker.fetch(path);
  return { status: response.status, ...(await response.json()) };
}

// Calls a method of the server, as another worker would.
async function call(method, ...values) {
  const methods = await both.getWorker(server.name).getExport();
  return methods[method](...values);
}

test("a country has a maximum weight", async () => {
  const response = await both.fetch("/countries/DE");
  assert.equal(await response.json(), await call("heaviestParcel", "DE"));
});

test("a country without parcel service gets a 404", async () => {
  const title = "parcels do not go to that country";
  for (const path of ["/countries/XX", "/countries/fr", "/quotes/XX/500"]) {
    assert.deepEqual(await ask(both, path), { status: 404, title });
  }
});

test("HEAD returns no body", async () => {
  const response = await both.fetch("/countries/FR", { method: "HEAD" });
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "");
});

test("a quote arrives from the server with all its fields", async () => {
  assert.deepEqual(await ask(both, "/quotes/FR/1200"), { status: 200, ...PRICE });
});

test("each refusal of the server has its own title", async () => {
  for (const [path, title] of [
    ["/quotes/FR/0", "a parcel must weigh at least 1 gram"],
    ["/quotes/FR/30001", "the parcel is too heavy for that country"],
  ]) {
    assert.deepEqual(await ask(both, path), { status: 422, title });
  }
});

test("a weight that is not a whole number never reaches the server", async () => {
  const title = "there is nothing at this address";
  for (const grams of ["", "-1", "1.5", "heavy", "4294967296"]) {
    assert.deepEqual(await ask(both, `/quotes/FR/${grams}`), { status: 404, title });
  }
});

test("other methods get a 405 that lists the allowed ones", async () => {
  for (const path of ["/countries/FR", "/quotes/FR/1200"]) {
    const response = await both.fetch(path, { method: "POST", body: "{}" });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
  }
});

test("unknown paths get a 404", async () => {
  for (const path of ["/", "/countries", "/countries/FR/1", "/quotes/FR"]) {
    assert.equal((await both.fetch(path)).status, 404);
  }
});

test("the server exports each function of the WIT", () => {
  const wit = readFileSync("wit/postage.wit", "utf8");
  const built = readFileSync("server/build/index.js", "utf8");
  const names = [...wit.matchAll(/^ *([a-z0-9-]+): func/gm)].map(([, name]) => name);
  assert.ok(names.length > 0);
  for (const name of names) {
    const method = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    assert.match(built, new RegExp(`\\.prototype\\.${method} ?=`));
  }
});

test("any other worker can call the server", async () => {
  assert.equal(await call("heaviestParcel", "FR"), 30_000);
  assert.deepEqual(await (await call("quote", GIFT)).Ok, PRICE);
  assert.equal(await (await call("quote", { ...GIFT, grams: 0 })).Err, "NoWeight");
});

test("the server throws if the argument is not a parcel, and keeps working", async () => {
  await assert.rejects(call("quote", { grams: 1 }), /missing field `country`/);
  await assert.rejects(call("quote", { ...GIFT, grams: -1 }), /expected u32/);
  assert.equal((await ask(both, "/quotes/FR/1200")).status, 200);
});

test("the server returns a 404 to all requests", async () => {
  assert.equal((await both.getWorker(server.name).fetch("/quotes/FR/1200")).status, 404);
});

test("a server without the methods means a 502, and the cause is only logged", async () => {
  const misled = outOfLuck.getWorker("misled");
  const title = "the postage server gave no answer";
  for (const answer of [
    await ask(misled, "/countries/FR"),
    await ask(misled, "/quotes/FR/1200"),
  ]) {
    assert.deepEqual(answer, { status: 502, title });
  }
  assert.match(JSON.stringify(outOfLuck.getLogs()), /does not implement the method/);
});

test("a server that throws means a 502, and its other methods still work", async () => {
  const unlucky = outOfLuck.getWorker("unlucky");
  const title = "the postage server gave no answer";
  assert.deepEqual(await ask(unlucky, "/quotes/FR/1200"), { status: 502, title });
  assert.match(JSON.stringify(outOfLuck.getLogs()), /SURCHARGE_CENTS must be whole cents/);
  assert.equal((await unlucky.fetch("/countries/FR")).status, 200);
});

test("a client without a server logs that it has none", async () => {
  const title = "the worker could not answer";
  const unbound = outOfLuck.getWorker("unbound");
  assert.deepEqual(await ask(unbound, "/countries/FR"), { status: 500, title });
  assert.match(JSON.stringify(outOfLuck.getLogs()), /`POSTAGE` is undefined/);
});
