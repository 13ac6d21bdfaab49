// Tests the built worker in workerd over HTTP. Run with `npm test`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

// The worker as deployed, except that DOCS_URL ends in a slash and uploads are limited to a
// megabyte.
const vars = { DOCS_URL: "https://docs.test/en/", UPLOAD_MEGABYTES: "1" };
const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml", vars }] });
let url;
before(async () => ({ url } = await server.listen()));
after(() => server.close());

// Uses Node's own fetch, which encodes forms as a browser does and declares the length of a body.
const ask = (path, init = {}) => fetch(new URL(path, url), { redirect: "manual", ...init });
const put = (id, account) =>
  ask(`/account/${id}`, { method: "PUT", body: JSON.stringify(account) });
const echo = (body) => ask("/echo-bytes", { method: "POST", body });

// Sends a form with these parts, in this order.
const upload = (...parts) => {
  const body = new FormData();
  for (const [name, value] of parts) body.append(name, value);
  return ask("/upload", { method: "POST", body });
};
const note = ["file", new File(["twelve bytes"], "note.txt", { type: "text/plain" })];

// Checks that a response is the given problem, in the format of all problems.
async function assertProblem(response, status, title) {
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(await response.json(), { status, title });
  assert.equal(response.status, status);
}

// Waits for a log line, which may arrive later than the response.
async function assertLogged(pattern) {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; ) {
    if (server.getLogs().some(({ message }) => pattern.test(message))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`never logged: ${pattern}`);
}

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

test("an account is read as it was written, and each id is a separate account", async () => {
  const [ada, grace] = [{ id: 101, name: "Ada" }, { id: 102, name: "é".repeat(60) }];
  assert.equal((await put(101, { name: ada.name })).status, 201);
  assert.equal((await put(102, { name: grace.name })).status, 201);
  assert.deepEqual(await (await ask("/account/101")).json(), ada);
  assert.deepEqual(await (await ask("/account/102")).json(), grace);
});

test("an account that is replaced has its new name", async () => {
  assert.equal((await put(103, { name: "Ada" })).status, 201);
  const response = await put(103, { name: "Grace" });
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { id: 103, name: "Grace" });
  assert.deepEqual(await (await ask("/account/103")).json(), { id: 103, name: "Grace" });
});

test("an account that another program wrote is read from KV", async () => {
  const { ACCOUNTS } = await server.getWorker().getEnv();
  await ACCOUNTS.put("104", '{"id":104,"name":"Ada","since":1843}');
  assert.deepEqual(await (await ask("/account/104")).json(), { id: 104, name: "Ada" });
});

test("an unknown account gets a 404", async () => {
  await assertProblem(await ask("/account/4294967295"), 404, "there is no account with this id");
});

test("HEAD returns what GET does, without a body", async () => {
  await put(105, { name: "Ada" });
  for (const [id, status] of [[105, 200], [106, 404]]) {
    const response = await ask(`/account/${id}`, { method: "HEAD" });
    assert.equal(response.status, status);
    assert.equal(await response.text(), "");
  }
});

test("invalid ids and other spellings of an id are refused", async () => {
  for (const id of ["ada", "07", "+7", "%37", "4294967296"]) {
    const title = "an account's id is a whole number up to 4294967295";
    await assertProblem(await ask(`/account/${id}`), 400, title);
    await assertProblem(await put(id, { name: "Ada" }), 400, title);
  }
});

test("an invalid account is refused, and not stored", async () => {
  const refuse = async (body, status, title) => {
    const response = await ask("/account/107", { method: "PUT", body });
    await assertProblem(response, status, title);
  };
  const named = (name) => JSON.stringify({ name });
  for (const body of ["no JSON", "[]", "{}", '{"name":7}']) {
    await refuse(body, 400, "the body is not what this address takes");
  }
  for (const name of ["", " ", "\t\n", "é".repeat(61)]) {
    await refuse(named(name), 422, "a name must have 1 to 60 characters");
  }
  await refuse(named("a".repeat(4096)), 413, "the body is longer than this address takes");
  assert.equal((await ask("/account/107")).status, 404);
});

test("a corrupt account gets a 500, and the cause is only logged", async () => {
  const { ACCOUNTS } = await server.getWorker().getEnv();
  await ACCOUNTS.put("108", '{"id":108}');
  await assertProblem(await ask("/account/108"), 500, "the worker could not answer");
  await assertLogged(/missing field `name`/);
});

test("pages at any depth redirect to below DOCS_URL, with their query", async () => {
  for (const page of ["a", "guide/first%20steps/?q=1&lang=fr", "/evil.test", "50%25%2Fhalf"]) {
    const response = await ask(`/docs/${page}`);
    assert.equal(response.status, 302);
    assert.equal(response.headers.get("location"), `https://docs.test/en/${page}`);
  }
});

test("a form with several files and fields is accepted completely", async () => {
  const bytes = new File([everyByte, everyByte], "été 1.bin", { type: "image/png" });
  const response = await upload(
    ["permissions", "share"],
    note,
    ["comment", "left alone"],
    ["file", bytes],
    ["permissions", "read, share"],
    ["file", new File([], "empty")],
  );
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    files: [
      { name: "note.txt", type: "text/plain", size: 12 },
      { name: "été 1.bin", type: "image/png", size: 512 },
      { name: "empty", type: "application/octet-stream", size: 0 },
    ],
    permissions: ["read", "share"],
  });
});

test("the permissions of an upload are optional, and each counts once", async () => {
  assert.deepEqual((await (await upload(note)).json()).permissions, []);
  for (const [list, granted] of [[" , ,", []], ["share,share", ["share"]]]) {
    const response = await upload(note, ["permissions", list]);
    assert.deepEqual((await response.json()).permissions, granted);
  }
});

test("an input that was left empty does not count as a file", async () => {
  const nothing = ["file", new File([], "")];
  assert.equal((await (await upload(nothing, note, nothing)).json()).files.length, 1);
  await assertProblem(await upload(nothing), 422, "the form has no `file` part");
});

test("invalid uploads are refused", async () => {
  const refuse = async (title, ...parts) => assertProblem(await upload(...parts), 422, title);
  await refuse("the form has no `file` part", ["other", "text"]);
  await refuse("every `file` part must be a file", note, ["file", "text"]);
  await refuse("an upload may have 10 files", ...Array(11).fill(note));
  for (const list of ["own", "Read", "read,own", "read write"]) {
    await refuse("`permissions` may be read, write and share", note, ["permissions", list]);
  }
  await refuse("`permissions` may be read, write and share", note, ["permissions", note[1]]);
  assert.equal((await upload(...Array(10).fill(note))).status, 200);
});

test("a body that is not a form is refused, and the cause is only logged", async () => {
  const response = await ask("/upload", { method: "POST", body: "no form" });
  await assertProblem(response, 400, "the body is not what this address takes");
  await assertLogged(/failed to get form data/);
});

test("an upload may be as long as UPLOAD_MEGABYTES allows, and no longer", async () => {
  const sized = (size) => upload(["file", new File([new Uint8Array(size)], "zeros.bin")]);
  assert.equal((await (await sized(990_000)).json()).files[0].size, 990_000);
  await assertProblem(await sized(1_000_000), 413, "the body is longer than this address takes");
});

test("all 256 byte values are echoed unchanged, in any order and number", async () => {
  const longest = Uint8Array.from({ length: 65_536 }, (_, place) => (place * 167) >> 3);
  for (const bytes of [everyByte, everyByte.toReversed(), longest, new Uint8Array(0)]) {
    const response = await echo(bytes);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
  }
});

test("a body that is too long for an echo is refused", async () => {
  const response = await echo(new Uint8Array(65_537));
  await assertProblem(response, 413, "the body is longer than this address takes");
});

test("a chunked body without a declared length is refused", async () => {
  for (const path of ["/echo-bytes", "/upload"]) {
    const body = new Blob([everyByte]).stream();
    const response = await ask(path, { method: "POST", body, duplex: "half" });
    await assertProblem(response, 411, "the request must declare the length of its body");
  }
});

test("each path supports the methods that it allows, and refuses all others", async () => {
  const methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "REPORT"];
  for (const path of ["/account/109", "/docs/a", "/upload", "/echo-bytes"]) {
    const answers = await Promise.all(methods.map((method) => ask(path, { method })));
    const refused = answers.filter(({ status }) => status === 405);
    assert.ok(refused.length > 0);
    const answered = methods.filter((_, place) => answers[place].status !== 405);
    for (const { headers } of refused) assert.equal(headers.get("allow"), answered.join(", "));
    await assertProblem(refused[0], 405, "this address does not answer that method");
  }
});

test("a method that the worker crate does not know is not treated as GET", async () => {
  for (const method of ["PROPFIND", "PURGE", "SEARCH"]) {
    const response = await ask("/docs/a", { method });
    await assertProblem(response, 501, "this worker does not know that method");
  }
});

test("a limit on uploads that is not a whole number is a 500, and the cause is only logged", async () => {
  const other = createTestHarness();
  const vars = { UPLOAD_MEGABYTES: "1.5" };
  const built = { configPath: "./wrangler.toml", prebuiltWorkerDir: "./build", vars };
  await other.update({ workers: [built] });
  const { url } = await other.listen();
  await assertProblem(await fetch(new URL("/docs/a", url)), 500, "the worker could not answer");
  assert.match(JSON.stringify(other.getLogs()), /UPLOAD_MEGABYTES must be whole megabytes/);
  await other.close();
});

test("unknown paths get a 404, whatever the method", async () => {
  const paths = ["/", "/missing", "/account", "/account/", "/account/1/", "/account//", "/account/1/2"];
  for (const path of [...paths, "/docs", "/docs/", "/upload/", "/upload/1", "/echo-bytes/"]) {
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await ask(path, { method });
      await assertProblem(response, 404, "there is nothing at this address");
    }
  }
});
