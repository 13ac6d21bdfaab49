// Tests the built worker in workerd over HTTP. Run with `npm test`.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
let bucket;
before(async () => {
  await server.listen();
  bucket = (await server.getWorker().getEnv()).BUCKET;
});
after(() => server.close());

const ask = (path, method = "GET", headers = {}, body = undefined) =>
  server.fetch(path, { method, headers, body });
const put = (path, body, headers = {}) => ask(path, "PUT", headers, body);
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");

// The address of an object that no other test uses.
const newObject = () => `/objects/${randomUUID()}`;

async function refuse(answer, status, title) {
  const response = await answer;
  assert.deepEqual(await response.json(), { status, title });
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  return response;
}

// Bytes that differ from place to place, so that no two parts can be taken for each other.
const bytes = (length, seed) => Buffer.alloc(length, createHash("sha512").update(seed).digest());

// Begins an upload in parts, and returns its address.
async function begin(path, headers = {}) {
  const response = await ask(path, "POST", headers);
  assert.equal(response.status, 201);
  return `${path}?id=${encodeURIComponent((await response.json()).id)}`;
}
const addPart = async (upload, part, body) => (await put(`${upload}&part=${part}`, body)).json();
const complete = (upload, parts) => ask(upload, "POST", {}, JSON.stringify({ parts }));

test("an object is returned as it was stored, with its metadata", async () => {
  const path = newObject();
  const headers = {
    "content-type": "text/csv",
    "content-language": "de",
    "content-disposition": 'attachment; filename="a.csv"',
    "cache-control": "max-age=60",
    "x-meta-author": "Ada",
  };
  const stored = await put(path, "a,b", headers);
  assert.equal(stored.status, 200);
  const { key, size, etag, content_type, metadata } = await stored.json();
  assert.deepEqual([key, size], [path.slice("/objects/".length), 3]);
  assert.deepEqual([content_type, metadata], ["text/csv", { author: "Ada" }]);
  const response = await ask(path);
  for (const [name, value] of Object.entries(headers)) {
    assert.equal(response.headers.get(name), value);
  }
  assert.equal(response.headers.get("etag"), etag);
  assert.equal(await response.text(), "a,b");
});

test("an object of megabytes is stored and returned completely", async () => {
  const path = newObject();
  const file = bytes(20_000_000, path);
  await put(path, file);
  const response = await ask(path);
  assert.equal(response.headers.get("content-length"), "20000000");
  assert.equal(digest(await response.bytes()), digest(file));
});

test("a file that was compressed before is not compressed again", async () => {
  const path = newObject();
  const file = gzipSync("a,b\n".repeat(1_000));
  await put(path, file, { "content-type": "text/csv", "content-encoding": "gzip" });
  const response = await ask(path);
  assert.equal(response.headers.get("content-length"), `${file.length}`);
  assert.equal(await response.text(), "a,b\n".repeat(1_000));
});

test("an empty object is stored too", async () => {
  const path = newObject();
  assert.equal((await (await put(path, "", { "content-length": "0" })).json()).size, 0);
  assert.equal(await (await ask(path)).text(), "");
});

test("an object without a type is no page in which a browser runs scripts", async () => {
  const path = newObject();
  await bucket.put(path.slice("/objects/".length), "<script>");
  const { headers } = await ask(path);
  assert.equal(headers.get("content-type"), "application/octet-stream");
  assert.equal(headers.get("content-security-policy"), "sandbox");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
});

test("a key may have any characters", async () => {
  const id = randomUUID();
  await put(`/objects/${id}/cr%C3%A8me%20br%3Fl%C3%A9e/100%25`, "yes");
  assert.equal(await (await bucket.get(`${id}/crème br?lée/100%`)).text(), "yes");
});

test("a key that R2 would not take is refused", async () => {
  const title = "a key must have 1 to 1024 bytes of UTF-8";
  for (const key of ["", "%FF", "a".repeat(1025)]) {
    await refuse(put(`/objects/${key}`, "no"), 400, title);
    await refuse(ask(`/uploads/${key}`, "POST"), 400, title);
  }
});

test("HEAD returns the size and the metadata, but no body", async () => {
  const path = newObject();
  await put(path, "hello", { "x-meta-a": "b" });
  const response = await ask(path, "HEAD");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-length"), "5");
  assert.equal(response.headers.get("x-meta-a"), "b");
  assert.equal(await response.text(), "");
});

test("ranges are returned", async () => {
  const path = newObject();
  await put(path, "0123456789");
  for (const [range, part, found] of [
    ["bytes=0-3", "0-3", "0123"],
    ["bytes=8-", "8-9", "89"],
    ["bytes=8-99", "8-9", "89"],
    ["bytes=-3", "7-9", "789"],
  ]) {
    const response = await ask(path, "GET", { range });
    assert.equal(response.status, 206);
    assert.equal(response.headers.get("content-range"), `bytes ${part}/10`);
    assert.equal(response.headers.get("content-length"), `${found.length}`);
    assert.equal(await response.text(), found);
  }
});

test("a range without a byte of the object is refused with its size", async () => {
  const path = newObject();
  await put(path, "0123456789");
  for (const range of ["bytes=10-", "bytes=-0"]) {
    const answer = ask(path, "GET", { range });
    const { headers } = await refuse(answer, 416, "the object has no bytes in this range");
    assert.equal(headers.get("content-range"), "bytes */10");
  }
});

test("a range of another version, or several ranges, mean the whole object", async () => {
  const path = newObject();
  const { etag } = await (await put(path, "0123456789")).json();
  const part = await ask(path, "GET", { range: "bytes=1-2", "if-range": etag });
  assert.deepEqual([part.status, await part.text()], [206, "12"]);
  for (const headers of [
    { range: "bytes=1-2", "if-range": '"another"' },
    { range: "bytes=1-2,4-5" },
    { range: "lines=1-2" },
  ]) {
    const response = await ask(path, "GET", headers);
    assert.deepEqual([response.status, await response.text()], [200, "0123456789"]);
  }
});

test("a client that has the object gets a 304, also for HEAD and a range", async () => {
  const path = newObject();
  const { etag } = await (await put(path, "hello")).json();
  for (const tags of [etag, `W/${etag}`, `"another", ${etag}`, "*"]) {
    for (const [method, more] of [["GET", {}], ["HEAD", {}], ["GET", { range: "bytes=0-1" }]]) {
      const response = await ask(path, method, { "if-none-match": tags, ...more });
      assert.deepEqual([response.status, await response.text()], [304, ""]);
      assert.equal(response.headers.get("etag"), etag);
    }
  }
  const response = await ask(path, "GET", { "if-none-match": '"another"' });
  assert.deepEqual([response.status, await response.text()], [200, "hello"]);
});

test("a client that expects another version gets a 412", async () => {
  const path = newObject();
  const { etag } = await (await put(path, "hello")).json();
  const answer = ask(path, "GET", { "if-match": '"another"' });
  await refuse(answer, 412, "the object is not in the expected state");
  assert.equal((await ask(path, "GET", { "if-match": etag })).status, 200);
});

test("an object that must be new is not replaced", async () => {
  const path = newObject();
  const headers = { "if-none-match": "*" };
  assert.equal((await put(path, "first", headers)).status, 200);
  await refuse(put(path, "second", headers), 412, "the object is not in the expected state");
  assert.equal(await (await ask(path)).text(), "first");
});

test("only the expected version is replaced", async () => {
  const path = newObject();
  const { etag } = await (await put(path, "first")).json();
  await put(path, "second");
  const late = put(path, "late", { "if-match": etag });
  await refuse(late, 412, "the object is not in the expected state");
  const second = (await ask(path, "HEAD")).headers.get("etag");
  assert.equal((await put(path, "third", { "if-match": second })).status, 200);
  assert.equal(await (await ask(path)).text(), "third");
});

test("preconditions that would have no effect are refused, and nothing changes", async () => {
  const path = newObject();
  await put(path, "hello");
  const title = "this method does not take that precondition";
  for (const [name, value] of [
    ["if-match", 'W/"a"'],
    ["if-match", '"a", "b"'],
    ["if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["content-range", "bytes 0-1/5"],
  ]) {
    await refuse(put(path, "changed", { [name]: value }), 400, title);
  }
  await refuse(ask(path, "DELETE", { "if-match": '"a"' }), 400, title);
  const uploads = path.replace("objects", "uploads");
  const upload = await begin(uploads);
  const part = await addPart(upload, 1, "changed");
  const list = JSON.stringify({ parts: [part] });
  for (const [address, body] of [[uploads], [upload, list]]) {
    await refuse(ask(address, "POST", { "if-none-match": "*" }, body), 400, title);
  }
  assert.equal(await (await ask(path)).text(), "hello");
});

test("an object is removed", async () => {
  const path = newObject();
  await put(path, "hello");
  assert.equal((await ask(path, "DELETE")).status, 204);
  await refuse(ask(path), 404, "there is nothing at this address");
  await refuse(ask(path, "HEAD").then(() => ask(path)), 404, "there is nothing at this address");
  assert.equal((await ask(path, "DELETE")).status, 204);
});

test("a body that is too long or has no declared length is not read", async () => {
  const path = newObject();
  const upload = await begin(path.replace("objects", "uploads"));
  for (const address of [path, `${upload}&part=1`]) {
    const body = new Blob(["hello"]).stream();
    const response = await server.fetch(address, { method: "PUT", body, duplex: "half" });
    assert.equal(response.status, 411);
  }
  const list = JSON.stringify({ parts: [{ part: 1, etag: "a".repeat(2_000_000) }] });
  await refuse(ask(upload, "POST", {}, list), 413, "the body is longer than this address takes");
  assert.equal(await bucket.head(path.slice("/objects/".length)), null);
});

test("metadata that R2 would not store is refused", async () => {
  const path = newObject();
  const headers = { "x-meta-a": "a".repeat(9_000) };
  await refuse(put(path, "hello", headers), 431, "the metadata is too large");
});

test("objects are listed a page at a time, with their metadata", async () => {
  const prefix = randomUUID();
  for (const name of ["a", "b", "c"]) {
    await put(`/objects/${prefix}/${name}`, name, { "content-type": "text/a", "x-meta-name": name });
  }
  await put(newObject(), "of another test");
  const found = [];
  let cursor = "";
  for (let page = 0; cursor !== undefined; page += 1) {
    assert.ok(page < 3);
    const query = new URLSearchParams({ prefix, limit: 2, ...(cursor && { cursor }) });
    const body = await (await ask(`/objects?${query}`)).json();
    assert.ok(body.objects.length <= 2);
    found.push(...body.objects);
    cursor = body.cursor;
  }
  assert.deepEqual(found.map(({ key }) => key), ["a", "b", "c"].map((name) => `${prefix}/${name}`));
  assert.deepEqual(found.map(({ metadata }) => metadata.name), ["a", "b", "c"]);
  assert.deepEqual(found[0].content_type, "text/a");
});

test("a limit is a number from 1 to 1000", async () => {
  for (const limit of ["0", "1001", "ten"]) {
    const answer = ask(`/objects?limit=${limit}`);
    await refuse(answer, 422, "a limit must be a number from 1 to 1000");
  }
});

test("a large file is uploaded in parts, in any order", async () => {
  const path = `/uploads/${randomUUID()}`;
  const files = ["one", "two", "three"].map((seed) => bytes(6_000_000, seed));
  files.push(bytes(1_000, "last"));
  const upload = await begin(path, { "content-type": "video/mp4", "x-meta-author": "Ada" });
  const numbers = [3, 1, 4, 2];
  const parts = await Promise.all(numbers.map((number) => addPart(upload, number, files[number - 1])));
  parts.sort((one, other) => one.part - other.part);
  assert.equal((await complete(upload, parts)).status, 200);

  const response = await ask(path.replace("uploads", "objects"));
  assert.equal(response.headers.get("content-type"), "video/mp4");
  assert.equal(response.headers.get("x-meta-author"), "Ada");
  assert.equal(digest(await response.bytes()), digest(Buffer.concat(files)));
});

test("a part can be sent again, and only the listed one counts", async () => {
  const path = `/uploads/${randomUUID()}`;
  const upload = await begin(path);
  await addPart(upload, 1, "spoiled");
  const part = await addPart(upload, 1, "whole");
  assert.equal((await complete(upload, [part])).status, 200);
  assert.equal(await (await ask(path.replace("uploads", "objects"))).text(), "whole");
});

test("parts that are not those uploaded make no object", async () => {
  const path = `/uploads/${randomUUID()}`;
  const upload = await begin(path);
  const part = await addPart(upload, 1, "small");
  const next = await addPart(upload, 2, "last");
  const unknown = { part: 3, etag: "unknown" };
  await refuse(complete(upload, [unknown]), 422, "the parts must be those that were uploaded");
  const title = "all parts but the last must have one size, of at least 5 MiB";
  await refuse(complete(upload, [part, next]), 422, title);
  const rule = "an upload must list at least one part, each once and in order";
  for (const list of [[], [part, part], [next, part]]) {
    await refuse(complete(upload, list), 422, rule);
  }
  await refuse(ask(path.replace("uploads", "objects")), 404, "there is nothing at this address");
});

test("numbers of parts and lists that cannot be are refused", async () => {
  const upload = await begin(`/uploads/${randomUUID()}`);
  const title = "a part must be a number from 1 to 10000";
  for (const part of ["0", "10001", "70000", "one", ""]) {
    await refuse(put(`${upload}&part=${part}`, "part"), 422, title);
  }
  await refuse(complete(upload, [{ part: 0, etag: "a" }]), 422, title);
  const unreadable = "the body is not the JSON that this address takes";
  await refuse(ask(upload, "POST", {}, "{}"), 400, unreadable);
  await refuse(ask(upload, "POST", {}, "no list"), 400, unreadable);
});

test("a discarded upload gets a 404, and one that never was a 404 or a 409", async () => {
  const path = `/uploads/${randomUUID()}`;
  const upload = await begin(path);
  const part = await addPart(upload, 1, "part");
  assert.equal((await ask(upload, "DELETE")).status, 204);
  for (const address of [upload, `${path}?id=unknown`]) {
    await refuse(put(`${address}&part=1`, "part"), 404, "there is no such upload");
  }
  await refuse(complete(upload, [part]), 404, "there is no such upload");
  const title = "the upload was not ended; it may not exist";
  await refuse(complete(`${path}?id=unknown`, [part]), 409, title);
  await refuse(ask(`${path}?id=unknown`, "DELETE"), 409, title);
  await refuse(ask(path, "DELETE"), 404, "there is no such upload");
  await refuse(ask(path.replace("uploads", "objects")), 404, "there is nothing at this address");
});

test("other methods get a 405 that lists the allowed ones", async () => {
  for (const [path, method, allowed] of [
    ["/objects", "PUT", "GET, HEAD"],
    ["/objects/a", "POST", "GET, HEAD, PUT, DELETE"],
    ["/uploads/a", "GET", "POST, PUT, DELETE"],
  ]) {
    const response = await ask(path, method);
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), allowed);
  }
});

test("unknown paths get a 404", async () => {
  await refuse(ask("/"), 404, "there is nothing at this address");
  await refuse(ask("/objectsa"), 404, "there is nothing at this address");
});
