// Tests the built worker in workerd over HTTP. Run with `npm test`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

// The worker as deployed.
const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });

// The same worker twice, with pantries that run SQL for a test. In `hasty`, items expire soon.
// `[build]` is omitted, because the worker is built by then, and so are queue consumers, because
// a queue can have only one.
const { build, queues, ...rest } = readConfig({ config: "./wrangler.toml" }).rawConfig;
const config = { ...rest, queues: { producers: queues?.producers ?? [] } };
const inspectable = { ...config, main: "./tests/inspectable.mjs" };
const vars = { ...config.vars, EXPIRES_AFTER_SECONDS: "1" };
const hasty = { ...inspectable, name: "hasty", vars };
const inspector = createTestHarness({ workers: [{ config: inspectable }, { config: hasty }] });

before(async () => {
  await server.listen();
  await inspector.listen();
});
after(() => Promise.all([server.close(), inspector.close()]));

// The tables after the first migration. Do not update them when migrations are added.
const SCHEMA_1 = `
  CREATE TABLE items (
    shelf TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (shelf, name)
  ) STRICT;
  CREATE TABLE versions (version INTEGER PRIMARY KEY) STRICT;
  INSERT INTO versions VALUES (1)`;
const OLD_BREAD = "INSERT INTO items VALUES ('fridge', 'bread', 1, 1, '')";
const IN_AN_HOUR = Date.now() + 3_600_000;

const milk = { shelf: "fridge", name: "milk", count: 2 };
const eggs = { shelf: "fridge", name: "eggs", count: 6 };

// A pantry that no other test uses, with functions to query and to change it.
function newPantry(harness = server, workerName = undefined) {
  const worker = harness.getWorker(workerName);
  const name = randomUUID();
  const ask = async (path = "", body = undefined) => {
    const init = body && { method: "POST", body: JSON.stringify(body) };
    const response = await worker.fetch(`/pantries/${name}${path}`, init);
    return { status: response.status, ...(await response.json()) };
  };
  const sql = async (...statement) => {
    const storage = await worker.getDurableObjectStorage("Pantry", { name });
    return storage.exec(...statement);
  };
  return {
    ask,
    sql,
    list: async () => (await ask()).items,
    put: (...items) => ask("/items", items),
    move: (step) => ask("/moves", step),
    evict: () => worker.evictDurableObject("Pantry", { name }),
    rows: async () => (await sql("SELECT name FROM items")).map((row) => row.name),
    versions: async () => (await sql("SELECT version FROM versions")).map((row) => row.version),
  };
}

// Waits until a check succeeds, and fails if it has not by the deadline.
async function until(check, what) {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; ) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`never came true: ${what}`);
}

const counts = (items) => items.map(({ shelf, name, count }) => `${count} ${name} in the ${shelf}`);

test("a new pantry is empty", async () => {
  assert.deepEqual(await newPantry().ask(), { status: 200, items: [] });
});

test("added items are listed with their note and expiry", async () => {
  const start = Date.now();
  const { status, items } = await newPantry().put({ ...milk, note: "for the cake" }, eggs);
  assert.equal(status, 200);
  assert.deepEqual(counts(items), ["6 eggs in the fridge", "2 milk in the fridge"]);
  assert.deepEqual(items.map(({ note }) => note), ["", "for the cake"]);
  assert.ok(items.every(({ expires_at }) => expires_at > start + 1_000_000));
});

test("more of an item is added to its shelf, which keeps the note", async () => {
  const pantry = newPantry();
  await pantry.put({ ...milk, note: "for the cake" });
  const { items } = await pantry.put(milk);
  assert.deepEqual(counts(items), ["4 milk in the fridge"]);
  assert.equal(items[0].note, "for the cake");
});

test("each name is a separate pantry", async () => {
  const [one, other] = [newPantry(), newPantry()];
  await one.put(milk);
  await other.put(eggs);
  assert.deepEqual(counts(await one.list()), ["2 milk in the fridge"]);
  assert.deepEqual(counts(await other.list()), ["6 eggs in the fridge"]);
});

test("a pantry keeps its items when its object is evicted", async () => {
  const pantry = newPantry();
  const { items } = await pantry.put(milk, eggs);
  await pantry.evict();
  assert.deepEqual(await pantry.list(), items);
});

test("a move takes from one shelf and adds to the other, with note and expiry", async () => {
  const pantry = newPantry();
  const { items: [before] } = await pantry.put({ ...milk, note: "for the cake" });
  const { items } = await pantry.move({ name: "milk", count: 1, from: "fridge", to: "door" });
  const half = { ...before, count: 1 };
  assert.deepEqual(items, [{ ...half, shelf: "door" }, half]);
});

test("a move of a whole item out of the pantry leaves no row", async () => {
  const pantry = newPantry(inspector);
  await pantry.put(milk);
  assert.deepEqual(await pantry.move({ name: "milk", count: 2, from: "fridge" }), {
    status: 200,
    items: [],
  });
  assert.deepEqual(await pantry.rows(), []);
});

test("moving more than there is is refused", async () => {
  const pantry = newPantry();
  const { items } = await pantry.put(milk);
  const answer = await pantry.move({ name: "milk", count: 3, from: "fridge", to: "door" });
  assert.deepEqual(answer, { status: 409, title: "there is not enough of it on that shelf" });
  assert.deepEqual(await pantry.list(), items);
});

test("a move to a full shelf fails halfway, and takes nothing", async () => {
  const pantry = newPantry();
  const { items } = await pantry.put(milk, { ...milk, shelf: "door", count: 999 });
  const answer = await pantry.move({ name: "milk", count: 2, from: "fridge", to: "door" });
  assert.deepEqual(answer, { status: 409, title: "a shelf holds at most 1000 of an item" });
  assert.deepEqual(await pantry.list(), items);
});

test("a list whose last item does not fit fails halfway, and adds nothing", async () => {
  const pantry = newPantry();
  const { items } = await pantry.put({ ...eggs, count: 999 });
  const answer = await pantry.put(milk, eggs);
  assert.deepEqual(answer, { status: 409, title: "a shelf holds at most 1000 of an item" });
  assert.deepEqual(await pantry.list(), items);
});

test("a list has a limit, however much is in the pantry", async () => {
  const pantry = newPantry();
  for (let page = 10; page < 21; page += 1) {
    await pantry.put(...Array.from({ length: 100 }, (_, at) => ({ ...milk, name: `${page}-${10 + at}` })));
  }
  assert.equal((await pantry.list()).length, 1000);
});

test("the longest list may be escaped", async () => {
  const escaped = (length) => "\\ud83d\\ude42".repeat(length);
  const item = (at) => `{"shelf":"${escaped(60)}","name":"${at}${escaped(58)}","count":1,"note":"${escaped(200)}"}`;
  const body = `[${Array.from({ length: 100 }, (_, at) => item(at)).join()}]`;
  const response = await server.fetch(`/pantries/${randomUUID()}/items`, { method: "POST", body });
  assert.equal(response.status, 200);
  await response.text();
});

test("invalid values are refused, and nothing is stored", async () => {
  const pantry = newPantry();
  const refuse = async (field, message, ...items) =>
    assert.deepEqual(await pantry.put(...items), {
      status: 422,
      title: "the request is not valid",
      errors: [{ field, message }],
    });
  const long = "é".repeat(61);
  await refuse("name", "must have 1 to 60 characters", milk, { ...milk, name: "" });
  await refuse("shelf", "must have 1 to 60 characters", { ...milk, shelf: long });
  await refuse("note", "may have 200 characters", { ...milk, note: "é".repeat(201) });
  await refuse("count", "must be from 1 to 1000", { ...milk, count: 0 });
  await refuse("count", "must be from 1 to 1000", { ...milk, count: Number.MAX_SAFE_INTEGER });
  await refuse("items", "must be 1 to 100");
  await refuse("items", "must be 1 to 100", ...Array(101).fill(milk));
  assert.deepEqual(await pantry.list(), []);
});

test("all invalid fields are listed, of an item and of a move", async () => {
  const pantry = newPantry();
  const fields = ({ errors }) => errors.map(({ field }) => field);
  assert.deepEqual(fields(await pantry.put({ shelf: "", name: "", count: 0 })), [
    "shelf",
    "name",
    "count",
  ]);
  assert.deepEqual(fields(await pantry.move({ name: "", count: 0, from: "", to: "" })), [
    "name",
    "count",
    "from",
    "to",
  ]);
});

test("only the pantry chooses when an item expires", async () => {
  const { items } = await newPantry().put({ ...milk, expires_at: 1 });
  assert.ok(items[0].expires_at > Date.now());
});

test("a body that cannot be read is refused, and the cause is only logged", async () => {
  const unsafe = JSON.stringify([milk]).replace(":2", ":9007199254740993");
  for (const body of [unsafe, unsafe.replace("9007199254740993", "1.5"), "no JSON", "{}"]) {
    const response = await server.fetch("/pantries/home/items", { method: "POST", body });
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    const title = "the body is not the JSON that this address takes";
    assert.deepEqual(await response.json(), { status: 400, title });
  }
  assert.match(JSON.stringify(server.getLogs()), /9007199254740992/);
});

test("a body that is too long or has no declared length is not read", async () => {
  const pantry = newPantry();
  const title = "the body is longer than this address takes";
  const tooLong = { ...milk, note: "a".repeat(524_288) };
  assert.deepEqual(await pantry.put(tooLong), { status: 413, title });
  assert.deepEqual(await pantry.move(tooLong), { status: 413, title });

  const body = new Blob([JSON.stringify([milk])]).stream();
  const init = { method: "POST", body, duplex: "half" };
  const response = await server.fetch("/pantries/home/items", init);
  assert.equal(response.status, 411);
  assert.deepEqual(await pantry.list(), []);
});

test("a name with a capital letter is refused", async () => {
  const response = await server.fetch("/pantries/Home");
  assert.equal(response.status, 422);
  assert.deepEqual((await response.json()).errors.map(({ field }) => field), ["pantry"]);
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const response = await server.fetch("/pantries/home", { method: "DELETE" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, HEAD");
});

test("unknown paths get a 404", async () => {
  const response = await server.fetch("/pantries");
  assert.equal(response.status, 404);
});

test("a pantry of schema 1 is migrated when it starts, and its rows are kept", async () => {
  const pantry = newPantry(inspector);
  await pantry.sql(SCHEMA_1);
  await pantry.sql("INSERT INTO items VALUES ('fridge', 'milk', 2, ?)", IN_AN_HOUR);
  await pantry.evict();
  assert.deepEqual(await pantry.list(), [{ ...milk, note: "", expires_at: IN_AN_HOUR }]);
  assert.deepEqual(await pantry.versions(), [1, 2]);
  const { items } = await pantry.put({ ...milk, note: "for the cake" });
  assert.deepEqual(counts(items), ["4 milk in the fridge"]);
  assert.equal(items[0].note, "for the cake");
});

test("each migration is applied to a pantry once", async () => {
  const pantry = newPantry(inspector);
  for (let start = 1; start <= 2; start += 1) {
    assert.equal((await pantry.ask()).status, 200);
    assert.deepEqual(await pantry.versions(), [1, 2]);
    await pantry.evict();
  }
});

test("a pantry of a newer schema is used as it is", async () => {
  const pantry = newPantry(inspector);
  await pantry.put(milk);
  await pantry.sql("INSERT INTO versions VALUES (3)");
  await pantry.evict();
  assert.deepEqual(counts(await pantry.list()), ["2 milk in the fridge"]);
  assert.deepEqual(await pantry.versions(), [1, 2, 3]);
});

test("a migration that fails halfway changes nothing, and is retried", async () => {
  const pantry = newPantry(inspector);
  await pantry.sql(SCHEMA_1);
  await pantry.sql("CREATE INDEX items_by_expiry ON items (name)");
  assert.deepEqual(await pantry.ask(), { status: 500, title: "the worker could not answer" });
  const columns = await pantry.sql("SELECT name FROM pragma_table_info('items')");
  assert.ok(!columns.some(({ name }) => name === "note"));
  assert.deepEqual(await pantry.versions(), [1]);

  await pantry.sql("DROP INDEX items_by_expiry");
  assert.deepEqual(await pantry.list(), []);
  assert.deepEqual(await pantry.versions(), [1, 2]);
});

test("the alarm deletes expired rows, and no others", async () => {
  const pantry = newPantry(inspector);
  await pantry.list();
  await pantry.sql(OLD_BREAD);
  await pantry.put(milk);
  await until(async () => !(await pantry.rows()).includes("bread"), "the bread is deleted");
  assert.deepEqual(await pantry.rows(), ["milk"]);
});

test("the alarm is set again until every row has expired", async () => {
  const pantry = newPantry(inspector, "hasty");
  await pantry.list();
  await pantry.sql(OLD_BREAD);
  await pantry.put(milk);
  await until(async () => (await pantry.rows()).length === 0, "no row is left");
});
