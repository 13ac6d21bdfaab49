// Tests the built worker in workerd over HTTP, with a PostgreSQL server. Run with `npm test`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { createTestHarness } from "wrangler";
import { startPostgres } from "./postgres.mjs";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
let database;
before(async () => {
  database = await startPostgres();
  process.env.CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DATABASE = database.url;
  await server.listen();
});
after(async () => {
  await server.close();
  await database.stop();
});

const get = (path) => server.fetch(path);
const put = (path, body) => server.fetch(path, { method: "PUT", body: JSON.stringify(body) });
const transfer = (from, to, cents, id = randomUUID()) => put(`/transfers/${id}`, { from, to, cents });
const balance = async (id) => (await (await get(`/accounts/${id}`)).json()).cents;

// An account that no other test uses.
async function open(cents) {
  const id = randomUUID();
  assert.equal((await put(`/accounts/${id}`, { cents })).status, 201);
  return id;
}

async function refuse(answer, status, title) {
  const response = await answer;
  assert.deepEqual(await response.json(), { status, title });
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
}

test("an account is opened once", async () => {
  const id = await open(500);
  const response = await get(`/accounts/${id}`);
  assert.deepEqual([response.status, await response.json()], [200, { id, cents: 500 }]);
  await refuse(put(`/accounts/${id}`, { cents: 900 }), 409, "there is an account with that id already");
  assert.equal(await balance(id), 500);
});

test("an account that was never opened gets a 404", async () => {
  await refuse(get(`/accounts/${randomUUID()}`), 404, "there is no such account");
});

test("accounts are listed a page at a time, each once", async () => {
  const prefix = randomUUID().slice(0, 30);
  database.query(`INSERT INTO accounts SELECT '${prefix}-' || n, n FROM generate_series(1000, 1204) AS n`);
  const found = [];
  let after = `${prefix}`;
  for (let page = 0; after !== undefined; page += 1) {
    assert.ok(page < 9);
    const body = await (await get(`/accounts?after=${after}`)).json();
    assert.ok(body.accounts.length <= 100);
    found.push(...body.accounts);
    after = body.after;
  }
  const own = found.filter(({ id }) => id.startsWith(prefix)).map(({ cents }) => cents);
  assert.deepEqual(own, Array.from({ length: 205 }, (_, at) => 1000 + at));
});

test("a transfer moves money, and the database has a record of it", async () => {
  const [ada, bob, id] = [await open(500), await open(0), randomUUID()];
  const response = await transfer(ada, bob, 120, id);
  assert.deepEqual([response.status, await response.json()], [201, { from: ada, to: bob, cents: 120 }]);
  assert.deepEqual([await balance(ada), await balance(bob)], [380, 120]);
  assert.equal(database.query(`SELECT source, target, cents FROM transfers WHERE id = '${id}'`), `${ada}|${bob}|120`);
});

test("a transfer that is sent again is made once, also at the same time", async () => {
  const [ada, bob, id] = [await open(500), await open(0), randomUUID()];
  const responses = await Promise.all(Array.from({ length: 6 }, () => transfer(ada, bob, 100, id)));
  const statuses = responses.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 201]);
  assert.equal((await transfer(ada, bob, 100, id)).status, 200);
  assert.deepEqual([await balance(ada), await balance(bob)], [400, 100]);
  await refuse(transfer(ada, bob, 101, id), 409, "there is another transfer with that id already");
});

test("a transfer that the account cannot pay changes nothing, and may be tried again", async () => {
  const [ada, bob, id] = [await open(100), await open(0), randomUUID()];
  await refuse(transfer(ada, bob, 101, id), 409, "the account has less than that");
  assert.deepEqual([await balance(ada), await balance(bob)], [100, 0]);
  await transfer(await open(1), ada, 1);
  assert.equal((await transfer(ada, bob, 101, id)).status, 201);
});

test("a transfer to an unknown account changes nothing", async () => {
  const ada = await open(100);
  await refuse(transfer(ada, "nobody", 1), 404, "there is no such account");
  await refuse(transfer("nobody", ada, 1), 404, "there is no such account");
  assert.equal(await balance(ada), 100);
});

test("many transfers in both directions at the same time neither block each other nor lose money", async () => {
  const [ada, bob] = [await open(1000), await open(1000)];
  const all = Array.from({ length: 30 }, (_, at) => (at % 3 ? transfer(ada, bob, 2) : transfer(bob, ada, 1)));
  const statuses = new Set((await Promise.all(all)).map(({ status }) => status));
  assert.deepEqual([...statuses], [201]);
  assert.deepEqual([await balance(ada), await balance(bob)], [970, 1030]);
});

test("no connection is left open", { timeout: 20_000 }, async () => {
  await balance(await open(1));
  const count = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
  while (database.query(count) !== "0") await setTimeout(20);
});

test("what is written into a query is data", async () => {
  const title = "an id has 1 to 40 of a to z, 0 to 9 and -";
  for (const id of ["a'--", "Ada", "a".repeat(41), "%00", ""]) {
    await refuse(get(`/accounts/${encodeURIComponent(id)}`), 400, title);
    await refuse(transfer(id, "bob", 1), 400, title);
    await refuse(put(`/transfers/${encodeURIComponent(id)}`, { from: "ada", to: "bob", cents: 1 }), 400, title);
  }
  await refuse(get("/accounts?after=Ada"), 400, title);
});

test("invalid values are refused", async () => {
  const opening = "an account must be opened with 0 to 1000000000000 cents";
  await refuse(put("/accounts/ada", { cents: -1 }), 422, opening);
  await refuse(put("/accounts/ada", { cents: 1_000_000_000_001 }), 422, opening);
  await refuse(transfer("ada", "ada", 1), 422, "a transfer must have two accounts");
  for (const cents of [0, -1, 1_000_000_001]) {
    await refuse(transfer("ada", "bob", cents), 422, "a transfer must have 1 to 1000000000 cents");
  }
});

test("a body that cannot be read is refused", async () => {
  for (const path of ["/accounts/ada", "/transfers/ada"]) {
    for (const body of ["no JSON", "{}", '{"cents":1.5}', '{"cents":9223372036854775808}']) {
      const answer = server.fetch(path, { method: "PUT", body });
      await refuse(answer, 400, "the body is not the JSON that this address takes");
    }
  }
});

test("a body that is too long or has no declared length is not read", async () => {
  const long = put("/accounts/ada", { cents: 1, more: "a".repeat(1_000) });
  await refuse(long, 413, "the body is longer than this address takes");
  const body = new Blob(['{"cents":1}']).stream();
  const response = await server.fetch("/accounts/ada", { method: "PUT", body, duplex: "half" });
  assert.equal(response.status, 411);
});

test("other methods get a 405 that lists the allowed ones", async () => {
  for (const [path, allowed] of [
    ["/accounts", "GET, HEAD"],
    ["/accounts/ada", "GET, HEAD, PUT"],
    ["/transfers/ada", "PUT"],
  ]) {
    const response = await server.fetch(path, { method: "DELETE" });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, allowed]);
  }
});

test("unknown paths get a 404", async () => {
  await refuse(get("/"), 404, "there is nothing at this address");
});

test("while the database takes no connection, the client gets a 503, and only the log has the cause", async () => {
  server.clearLogs();
  const title = "the database cannot be reached now";
  database.query("ALTER DATABASE postgres CONNECTION LIMIT 0; ALTER ROLE postgres NOSUPERUSER");
  await refuse(get("/accounts/ada"), 503, title);
  assert.match(JSON.stringify(server.getLogs()), /too many connections/);
  await database.stop();
  await refuse(get("/accounts/ada"), 503, title);
});
