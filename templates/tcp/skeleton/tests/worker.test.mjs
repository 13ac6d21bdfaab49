// Tests the built worker in workerd over HTTP and over TCP. Run with `npm test`.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

// A WHOIS server, which does to some domains what servers should not do.
const questions = [];
const LONGEST_ANSWER = "a".repeat(64 * 1024);
const answers = {
  "long.example": (socket) => socket.end(LONGEST_ANSWER),
  "longer.example": (socket) => socket.end(`${LONGEST_ANSWER}a`),
  "endless.example": (socket) => {
    const more = () => socket.writable && socket.write(LONGEST_ANSWER, more);
    more();
  },
  "pieces.example": (socket) => {
    socket.write("first\r\n");
    setImmediate(() => socket.end("second\r\n"));
  },
  "silent.example": () => {},
  "broken.example": (socket) => socket.resetAndDestroy(),
  "empty.example": (socket) => socket.end(),
};
const upstream = createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", (data) => {
    const question = String(data);
    questions.push(question);
    const answer = answers[question.trim()] ?? (() => socket.end(`domain: ${question.trim()}\r\n`));
    answer(socket);
  });
});

// Returns a server's port on this machine. The port of a closed server is free.
async function portOf(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}
async function freePort() {
  const server = createServer();
  const port = await portOf(server);
  server.close();
  return port;
}
const UPSTREAM = `127.0.0.1:${await portOf(upstream)}`;
const [PORT, HASTY_PORT] = [await freePort(), await freePort()];

// The worker as deployed, and the same with other settings: `listening` accepts connections on a port of
// this machine, so does `hasty`, which does not wait, `lonely` has no server, and `misled` an address
// without a port. From those, `[build]` is omitted, because the worker is built by then, and so are
// queue consumers, because a queue can have only one. `caller` opens connections to the first one.
const { build, connect: _, queues, ...rest } = readConfig({ config: "./wrangler.toml" }).rawConfig;
const config = { ...rest, queues: { producers: queues?.producers ?? [] } };
const like = (name, vars, more = {}) => ({
  config: { ...config, name, vars: { ...config.vars, UPSTREAM, ...vars }, ...more },
});
const listenOn = (port) => ({ connect: [{ protocol: "tcp", port }] });
const caller = {
  name: "caller",
  main: "./tests/caller.mjs",
  compatibility_date: config.compatibility_date,
  services: [{ binding: "WHOIS", service: config.name }],
};
const server = createTestHarness({
  workers: [
    { configPath: "./wrangler.toml", vars: { UPSTREAM } },
    like("listening", {}, listenOn(PORT)),
    like("hasty", { PATIENCE_MS: "200" }, listenOn(HASTY_PORT)),
    like("lonely", { UPSTREAM: `127.0.0.1:${await freePort()}` }),
    like("misled", { UPSTREAM: "nowhere" }),
    { config: caller },
  ],
});
before(() => server.listen());
after(async () => {
  await server.close();
  upstream.close();
});

const ask = (domain, name = undefined) => server.getWorker(name).fetch(`/domains/${domain}`);
const call = async (body) => (await server.getWorker("caller").fetch("/", { method: "POST", body })).text();

// Opens a connection to the port of this machine, sends some bytes, and returns all that comes.
async function dial(bytes, port = PORT) {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  return text(socket);
}

async function refuses(response, status, title) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(await response.json(), { status, title });
}

test("the server's answer is returned over HTTP", async () => {
  const response = await ask("example.com");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(await response.text(), "domain: example.com\r\n");
  assert.equal(questions.at(-1), "example.com\r\n");
});

test("the server's answer is returned over a connection to a port", async () => {
  assert.equal(await dial("example.net\r\n"), "domain: example.net\r\n");
});

test("the server's answer is returned over a connection from another worker", async () => {
  assert.equal(await call("example.org\r\n"), "domain: example.org\r\n");
});

test("a line may come in pieces, and end with a line feed alone", async () => {
  const socket = connect(PORT, "127.0.0.1");
  socket.write("Example.");
  await once(socket, "connect");
  setImmediate(() => socket.write("COM\nmore"));
  assert.equal(await text(socket), "domain: example.com\r\n");
});

test("an answer may come in pieces, or be empty", async () => {
  assert.equal(await (await ask("pieces.example")).text(), "first\r\nsecond\r\n");
  assert.equal(await (await ask("empty.example")).text(), "");
  assert.equal(await dial("empty.example\r\n"), "");
});

test("many clients are served at the same time", async () => {
  const domains = Array.from({ length: 20 }, (_, i) => `${i}.example`);
  const dialled = Promise.all(domains.map((domain) => dial(`${domain}\r\n`)));
  const asked = Promise.all(domains.map(async (domain) => (await ask(domain)).text()));
  const expected = domains.map((domain) => `domain: ${domain}\r\n`);
  assert.deepEqual(await dialled, expected);
  assert.deepEqual(await asked, expected);
});

test("an answer has a limit, also if it never ends", async () => {
  assert.equal(await (await ask("long.example")).text(), LONGEST_ANSWER);
  assert.equal(await dial("long.example\r\n"), LONGEST_ANSWER);
  await refuses(await ask("longer.example"), 502, "the server's answer is too long");
  await refuses(await ask("endless.example"), 502, "the server's answer is too long");
  assert.equal(await dial("longer.example\r\n"), "% the server's answer is too long\r\n");
});

test("a server that does not answer is not waited for", async () => {
  await refuses(await ask("silent.example", "hasty"), 504, "the server took too long");
});

test("a server that cannot be reached is a 502, and the cause is only logged", async () => {
  server.clearLogs();
  await refuses(await ask("example.com", "lonely"), 502, "the server cannot be reached");
  await refuses(await ask("broken.example"), 502, "the server cannot be reached");
  assert.equal(server.getLogs().filter(({ level }) => level === "error").length >= 2, true);
});

test("after a connection has failed, the next one works", async () => {
  await dial("broken.example\r\n");
  assert.equal(await dial("example.com\r\n"), "domain: example.com\r\n");
});

test("a client that sends no line is not waited for", async () => {
  const title = "% a question is one line, and must be sent soon\r\n";
  assert.equal(await dial("exam", HASTY_PORT), title);
});

test("a line that is too long or ends too early is refused", async () => {
  const title = "% a question is one line, and must be sent soon\r\n";
  assert.equal(await dial(`${"a".repeat(10_000)}\r\n`), title);
  const socket = connect({ port: PORT, host: "127.0.0.1", allowHalfOpen: true });
  socket.end("example.com");
  assert.equal(await text(socket), title);
});

test("only a domain is sent to the server", async () => {
  const before = questions.length;
  for (const domain of ["", "-k", "a..b", "a%20b", "a.example%0D%0Ahelp", "%C3%A9.example", "a".repeat(64)]) {
    await refuses(await ask(domain), 400, "a domain is like example.com");
  }
  for (const line of ["\r\n", "a b\r\n", "-k\r\n", Buffer.from([0xff, 0x0a])]) {
    assert.equal(await dial(line), "% a domain is like example.com\r\n");
  }
  assert.equal(questions.length, before);
});

test("a server without a port is an error of the worker, which is logged", async () => {
  server.clearLogs();
  await refuses(await ask("example.com", "misled"), 500, "the worker could not answer");
  assert.match(JSON.stringify(server.getLogs()), /UPSTREAM must be like whois\.iana\.org:43/);
});

test("other methods get a 405 that lists the allowed ones", async () => {
  const response = await server.fetch("/domains/example.com", { method: "PUT", body: "" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, HEAD");
});

test("unknown paths get a 404", async () => {
  for (const path of ["/", "/domains", "/domains/a/b"]) {
    await refuses(await server.fetch(path), 404, "there is nothing at this address");
  }
});
