// Tests the built worker in workerd over HTTP. Run with `npm test`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
let env;
before(async () => {
  await server.listen();
  env = await server.getWorker().getEnv();
});
after(() => server.close());

const send = (method, path, body, headers = { "content-type": "application/json" }) =>
  server.fetch(path, { method, headers, body });
const sendNote = (method, path, note) => send(method, path, JSON.stringify(note));

// Stores a note in KV as the worker would, with an id that no other test uses.
const seed = (id, title) =>
  env.NOTES.put(id, JSON.stringify({ title, text: "seeded" }), { metadata: { title } });

async function assertProblem(response, status, title) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const problem = await response.json();
  assert.equal(problem.status, status);
  assert.equal(problem.title, title);
  return (problem.errors ?? []).map(({ field }) => field);
}

test("an added note is in KV, and at the address in the response", async () => {
  const note = { title: "Milk", text: "two litres" };
  const response = await sendNote("POST", "/notes", note);
  assert.equal(response.status, 201);
  const { id, ...rest } = await response.json();
  assert.deepEqual(rest, note);
  assert.match(id, /^[0-9a-f]{12}-[0-9a-f]{12}$/);
  assert.equal(response.headers.get("location"), `/notes/${id}`);
  assert.deepEqual(await env.NOTES.get(id, "json"), note);
});

test("a note in KV can be read", async () => {
  await seed("read-me", "Seeded");
  const response = await server.fetch("/notes/read-me");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.deepEqual(await response.json(), { id: "read-me", title: "Seeded", text: "seeded" });
});

test("a note is written with an id that the client chose, and then replaced", async () => {
  const first = await sendNote("PUT", "/notes/chosen", { title: "First", text: "" });
  assert.equal(first.status, 201);
  const second = await sendNote("PUT", "/notes/chosen", { title: "Second", text: "" });
  assert.equal(second.status, 200);
  assert.deepEqual(await second.json(), { id: "chosen", title: "Second", text: "" });
  const { value, metadata } = await env.NOTES.getWithMetadata("chosen", "json");
  assert.deepEqual(value, { title: "Second", text: "" });
  assert.deepEqual(metadata, { title: "Second" });
});

test("a removed note is gone, and removing it again succeeds", async () => {
  await seed("remove-me", "Seeded");
  assert.equal((await send("DELETE", "/notes/remove-me")).status, 204);
  assert.equal(await env.NOTES.get("remove-me"), null);
  assert.equal((await send("DELETE", "/notes/remove-me")).status, 204);
});

test("the pages of a list have every note once, sorted by id", async () => {
  const notes = [1, 2, 3, 4, 5].map((n) => ({ id: `page-${n}`, title: `Title ${n}` }));
  await Promise.all(notes.map(({ id, title }) => seed(id, title)));
  const pages = [];
  for (let cursor = ""; cursor !== undefined; cursor = pages.at(-1).cursor) {
    const query = new URLSearchParams({ prefix: "page-", limit: 2, ...(cursor && { cursor }) });
    pages.push(await (await server.fetch(`/notes?${query}`)).json());
  }
  assert.deepEqual(pages.map((page) => page.notes.length), [2, 2, 1]);
  assert.deepEqual(pages.flatMap((page) => page.notes), notes);
});

test("a key without a title is listed too", async () => {
  await env.NOTES.put("untitled", "{}");
  const response = await server.fetch("/notes?prefix=untitled");
  assert.deepEqual(await response.json(), { notes: [{ id: "untitled", title: "" }] });
});

test("a value that is not a note gets a 500, and the cause is only logged", async () => {
  await env.NOTES.put("broken", "{}");
  server.clearLogs();
  const fields = await assertProblem(
    await server.fetch("/notes/broken"), 500, "the worker could not answer");
  assert.deepEqual(fields, []);
  assert.match(JSON.stringify(server.getLogs()), /missing field `title`/);
});

test("all invalid fields of a note are listed, and nothing is stored", async () => {
  const response = await sendNote("PUT", "/notes/invalid", { title: " ", text: 7 });
  const fields = await assertProblem(response, 422, "the request is not valid");
  assert.deepEqual(fields, ["title", "text"]);
  assert.equal(await env.NOTES.get("invalid"), null);
});

test("all invalid query parameters are listed", async () => {
  const response = await server.fetch("/notes?limit=101&cursor=&prefix=A");
  const fields = await assertProblem(response, 422, "the request is not valid");
  assert.deepEqual(fields, ["limit", "cursor", "prefix"]);
});

test("an invalid id is refused", async () => {
  for (const id of ["Milk", "a%20b", "a%2Fb", "%FF"]) {
    const response = await server.fetch(`/notes/${id}`);
    assert.deepEqual(await assertProblem(response, 422, "the request is not valid"), ["id"]);
  }
});

test("a body that is not JSON is refused", async () => {
  for (const body of ["", "{", '{"title": "Milk"} and more']) {
    await assertProblem(await send("POST", "/notes", body), 400, "the body is not valid JSON");
  }
});

test("a body without the content type of JSON is refused", async () => {
  const response = await send("POST", "/notes", "{}", { "content-type": "text/plain" });
  await assertProblem(response, 415, "the body must be sent as application/json");
});

test("a body that is too large is refused, with or without a declared length", async () => {
  const bytes = new TextEncoder().encode("x".repeat(128 * 1024 + 1));
  const streamed = { body: new Blob([bytes]).stream(), duplex: "half" };
  for (const body of [{ body: bytes }, streamed]) {
    const headers = { "content-type": "application/json" };
    const response = await server.fetch("/notes", { method: "POST", headers, ...body });
    await assertProblem(response, 413, "the body is too large");
  }
});

test("the longest note is not too large, even if every character is escaped", async () => {
  const escaped = (length) => "\\ud83d\\ude00".repeat(length);
  const body = `{"title": "${escaped(120)}", "text": "${escaped(10_000)}"}`;
  assert.equal((await send("PUT", "/notes/longest", body)).status, 201);
});

test("unknown notes and paths get a 404", async () => {
  await assertProblem(await server.fetch("/"), 404, "there is nothing at this address");
  await assertProblem(await server.fetch("/notes/"), 404, "there is nothing at this address");
  await assertProblem(await server.fetch("/notes/none"), 404, "there is no note with this id");
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const title = "this address does not answer that method";
  const list = await send("DELETE", "/notes");
  assert.equal(list.headers.get("allow"), "GET,HEAD,POST");
  await assertProblem(list, 405, title);
  const note = await sendNote("POST", "/notes/milk", {});
  assert.equal(note.headers.get("allow"), "GET,HEAD,PUT,DELETE");
  await assertProblem(note, 405, title);
});

test("a preflight request gets the CORS headers of the configured website", async () => {
  const response = await send("OPTIONS", "/notes/milk", undefined, {
    origin: "https://notes.example.com",
    "access-control-request-method": "PUT",
    "access-control-request-headers": "content-type",
  });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("access-control-allow-origin"), env.CORS_ORIGIN);
  assert.match(response.headers.get("access-control-allow-methods"), /\bPUT\b/);
  assert.equal(response.headers.get("access-control-allow-headers"), "content-type");
});

test("the configured website may read every response, even errors", async () => {
  for (const path of ["/notes", "/notes/none", "/missing"]) {
    const response = await server.fetch(path);
    assert.equal(response.headers.get("access-control-allow-origin"), env.CORS_ORIGIN);
  }
});

test("the log has a line per request, without the query string", async () => {
  server.clearLogs();
  await server.fetch("/notes?prefix=secret");
  await server.fetch("/missing");
  const logs = JSON.stringify(server.getLogs());
  assert.match(logs, /GET \/notes 200/);
  assert.match(logs, /GET \/missing 404/);
  assert.doesNotMatch(logs, /secret/);
});
