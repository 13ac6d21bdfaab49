// Tests the built worker in workerd over HTTP. Run with `npm test`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
let db;
let unmigrated;
let unmigratedLog;
before(async () => {
  await server.listen();
  unmigrated = await ask("/recipes");
  unmigratedLog = server.getLogs();
  const worker = server.getWorker();
  await worker.applyD1Migrations("DB");
  db = (await worker.getEnv()).DB;
});
after(() => server.close());

async function ask(path, method = "GET", body = undefined) {
  const response = await server.fetch(path, { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text && JSON.parse(text),
  };
}

const add = (recipe) => ask("/recipes", "POST", recipe);
const titles = ({ body }) => body.recipes.map(({ title }) => title);
const query = (parameters) => `/recipes?${new URLSearchParams(parameters)}`;

// A family of recipes that no other test uses. Their titles begin with the family's name, which
// is also the name of their one ingredient.
function newFamily() {
  const family = randomUUID();
  const recipe = (name, more = {}) => ({
    title: `${family} ${name}`,
    minutes: 20,
    ingredients: [{ name: family, amount: "200 g" }],
    ...more,
  });
  return { family, recipe };
}

async function refuse(answer, status, title, more = {}) {
  const { headers, ...rest } = await answer;
  assert.deepEqual(rest, { status, body: { status, title, ...more } });
  assert.equal(headers.get("content-type"), "application/problem+json");
}

const refuseInvalid = (answer, ...errors) =>
  refuse(answer, 422, "the request is not valid", { errors });
const twice = { field: "ingredients", message: "must name each ingredient once" };

test("a recipe is read as it was added", async () => {
  const recipe = newFamily().recipe("pie");
  const added = await add(recipe);
  assert.equal(added.status, 201);
  const { id, ...rest } = added.body;
  assert.deepEqual(rest, recipe);
  assert.equal(added.headers.get("location"), `/recipes/${id}`);
  assert.deepEqual((await ask(`/recipes/${id}`)).body, added.body);
});

test("omitted fields are NULL in the database and null in the response", async () => {
  const { title } = newFamily().recipe("pie");
  const { body } = await add({ title, ingredients: [{ name: "salt" }] });
  assert.equal(body.minutes, null);
  assert.deepEqual(body.ingredients, [{ name: "salt", amount: null }]);
  assert.deepEqual((await ask(`/recipes/${body.id}`)).body, body);

  const rows = db.prepare(
    "SELECT minutes, amount FROM recipes JOIN ingredients ON recipe_id = id WHERE id = ?",
  );
  assert.deepEqual(await rows.bind(body.id).first(), { minutes: null, amount: null });
});

test("ingredients keep the order in which they were written", async () => {
  const ingredients = ["water", "salt", "flour"].map((name) => ({ name, amount: null }));
  const { body } = await add(newFamily().recipe("bread", { ingredients }));
  assert.deepEqual((await ask(`/recipes/${body.id}`)).body.ingredients, ingredients);
});

test("text that looks like SQL is stored as text", async () => {
  const { recipe } = newFamily();
  const { body } = await add(recipe("'); DROP TABLE recipes; --"));
  assert.deepEqual((await ask(`/recipes/${body.id}`)).body, body);
});

test("titles are unique regardless of case, and the first recipe is kept", async () => {
  const recipe = newFamily().recipe("pie");
  const { body } = await add(recipe);
  const taken = { ...recipe, title: recipe.title.toUpperCase(), minutes: 5 };
  await refuse(add(taken), 409, "another recipe has this title");
  assert.deepEqual((await ask(`/recipes/${body.id}`)).body, body);
});

test("of two concurrent recipes with the same title, only one is added", async () => {
  const recipe = newFamily().recipe("pie");
  const answers = await Promise.all([add(recipe), add(recipe)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409]);
});

test("a batch that fails halfway stores nothing", async () => {
  const { family, recipe } = newFamily();
  const salted = recipe("pie", { ingredients: [{ name: family }, { name: "salt" }, { name: "SALT" }] });
  await refuseInvalid(add(salted), twice);
  assert.deepEqual(titles(await ask(query({ ingredient: family }))), []);
  assert.equal((await add(recipe("pie"))).status, 201);
});

test("a recipe is replaced with all its ingredients", async () => {
  const { recipe } = newFamily();
  const { id } = (await add(recipe("pie"))).body;
  const changed = recipe("tart", { minutes: null, ingredients: [{ name: "figs", amount: "6" }] });
  const answer = await ask(`/recipes/${id}`, "PUT", changed);
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, { id, ...changed });
  assert.deepEqual((await ask(`/recipes/${id}`)).body, answer.body);
});

test("a replacement that fails halfway changes nothing", async () => {
  const { recipe } = newFamily();
  const { body } = await add(recipe("pie"));
  const figs = recipe("tart", { ingredients: [{ name: "figs" }, { name: "figs" }] });
  await refuseInvalid(ask(`/recipes/${body.id}`, "PUT", figs), twice);
  assert.deepEqual((await ask(`/recipes/${body.id}`)).body, body);
});

test("a recipe cannot take another's title, but can keep its own", async () => {
  const { recipe } = newFamily();
  const { id } = (await add(recipe("pie"))).body;
  await add(recipe("tart"));
  const taken = ask(`/recipes/${id}`, "PUT", recipe("tart"));
  await refuse(taken, 409, "another recipe has this title");
  assert.equal((await ask(`/recipes/${id}`, "PUT", recipe("PIE"))).status, 200);
});

test("an unknown recipe gets a 404, and no other recipe changes", async () => {
  const { recipe } = newFamily();
  const { body } = await add(recipe("pie"));
  for (const [method, draft] of [["GET"], ["DELETE"], ["PUT", recipe("pie")]]) {
    await refuse(ask("/recipes/4294967295", method, draft), 404, "there is no such recipe");
  }
  assert.deepEqual((await ask(`/recipes/${body.id}`)).body, body);
});

test("a recipe is removed with its ingredients, and its id is not reused", async () => {
  const { family, recipe } = newFamily();
  const { id } = (await add(recipe("pie"))).body;
  const { status, body } = await ask(`/recipes/${id}`, "DELETE");
  assert.deepEqual([status, body], [204, ""]);
  await refuse(ask(`/recipes/${id}`), 404, "there is no such recipe");

  const rows = db.prepare("SELECT count(*) AS count FROM ingredients WHERE name = ?");
  assert.equal(await rows.bind(family).first("count"), 0);
  assert.ok((await add(recipe("pie"))).body.id > id);
});

test("recipes are listed by title, a page at a time", async () => {
  const { family, recipe } = newFamily();
  for (const name of ["soup", "Bread", "pie"]) await add(recipe(name));
  const first = await ask(query({ ingredient: family, limit: 2 }));
  assert.deepEqual(titles(first), [`${family} Bread`, `${family} pie`]);
  const { cursor } = first.body;
  const last = await ask(query({ ingredient: family, limit: 2, cursor }));
  assert.deepEqual(titles(last), [`${family} soup`]);
  assert.ok(!("cursor" in last.body));
});

test("a page that ends with the very last recipe has no cursor", async () => {
  const { family, recipe } = newFamily();
  for (const name of ["pie", "soup"]) await add(recipe(name));
  const { body } = await ask(query({ ingredient: family, limit: 2 }));
  assert.equal(body.recipes.length, 2);
  assert.ok(!("cursor" in body));
});

test("no recipe is skipped or listed twice when others change between two pages", async () => {
  const { family, recipe } = newFamily();
  const added = [];
  for (const name of ["b", "c", "d", "e"]) added.push((await add(recipe(name))).body.id);
  const { body } = await ask(query({ ingredient: family, limit: 2 }));
  await add(recipe("a"));
  await ask(`/recipes/${added[1]}`, "DELETE");
  const next = await ask(query({ ingredient: family, limit: 2, cursor: body.cursor }));
  assert.deepEqual(titles(next), [`${family} d`, `${family} e`]);
});

test("without an ingredient, all recipes are listed", async () => {
  const { family, recipe } = newFamily();
  await add(recipe("pie"));
  await add(recipe("soup", { ingredients: [{ name: "water" }] }));
  const found = await ask(query({ cursor: family, limit: 2 }));
  assert.deepEqual(titles(found), [`${family} pie`, `${family} soup`]);
});

test("an ingredient is matched by its full name, regardless of case", async () => {
  const { family, recipe } = newFamily();
  await add(recipe("pie"));
  const found = await ask(query({ ingredient: family.toUpperCase() }));
  assert.deepEqual(titles(found), [`${family} pie`]);
  assert.deepEqual(titles(await ask(query({ ingredient: family.slice(1) }))), []);
});

test("the largest recipe is added in one batch", async () => {
  const ingredients = Array.from({ length: 40 }, (_, n) => ({ name: `spice ${n}`, amount: "1 g" }));
  const { status, body } = await add(newFamily().recipe("curry", { ingredients }));
  assert.equal(status, 201);
  assert.deepEqual((await ask(`/recipes/${body.id}`)).body.ingredients, ingredients);
});

test("invalid values are refused", async () => {
  const { recipe } = newFamily();
  const salt = { name: "salt" };
  const list = { field: "ingredients", message: "must be 1 to 40" };
  for (const [more, error] of [
    [{ title: " Pie" }, { field: "title", message: "must be trimmed, 1 to 80 characters" }],
    [{ minutes: 0 }, { field: "minutes", message: "must be from 1 to 1440" }],
    [{ ingredients: [] }, list],
    [{ ingredients: Array(41).fill(salt) }, list],
    [
      { ingredients: [{ ...salt, amount: "" }] },
      { field: "ingredients", message: "must be trimmed, 1 to 60 characters" },
    ],
  ]) {
    await refuseInvalid(add(recipe("pie", more)), error);
  }
  const limit = { field: "limit", message: "must be a number from 1 to 100" };
  await refuseInvalid(ask("/recipes?limit=101"), limit);
});

test("all invalid fields are listed", async () => {
  const answer = await add({ title: "", minutes: 0, ingredients: [] });
  const fields = answer.body.errors.map(({ field }) => field);
  assert.deepEqual(fields, ["title", "minutes", "ingredients"]);
});

test("a body that cannot be read is refused, and the cause is only logged", async () => {
  server.clearLogs();
  const title = "the body is not the JSON that this address takes";
  for (const body of [{}, "no recipe", { title: 7, ingredients: [] }]) {
    await refuse(add(body), 400, title);
  }
  assert.match(JSON.stringify(server.getLogs()), /missing field `title`/);
});

test("a body that is too long or has no declared length is not read", async () => {
  const recipe = newFamily().recipe("pie");
  const tooLong = { ...recipe, notes: "a".repeat(65_536) };
  await refuse(add(tooLong), 413, "the body is longer than this address takes");

  const body = new Blob([JSON.stringify(recipe)]).stream();
  const init = { method: "POST", body, duplex: "half" };
  const response = await server.fetch("/recipes", init);
  assert.equal(response.status, 411);
  assert.equal((await add(recipe)).status, 201);
});

test("without the migrations the worker returns a 500, and the cause is only logged", async () => {
  await refuse(unmigrated, 500, "the worker could not answer");
  assert.match(JSON.stringify(unmigratedLog), /no such table: recipes/);
});

test("HEAD returns no body", async () => {
  const { status, body } = await ask("/recipes", "HEAD");
  assert.deepEqual([status, body], [200, ""]);
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const { status, headers } = await ask("/recipes/1", "POST");
  assert.equal(status, 405);
  assert.equal(headers.get("allow"), "GET, HEAD, PUT, DELETE");
});

test("unknown paths get a 404", async () => {
  await refuse(ask("/"), 404, "there is nothing at this address");
});
