// Tests the built worker in workerd over HTTP and WebSockets. Run with `npm test`.

import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { on, once } from "node:events";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { createTestHarness, experimental_readRawConfig as readConfig } from "wrangler";

// The worker as deployed.
const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });

// The same worker with a short history. `[build]` is omitted, because it is built by then.
const { build, ...config } = readConfig({ config: "./wrangler.toml" }).rawConfig;
const vars = { ...config.vars, HISTORY_LENGTH: "3" };
const forgetful = createTestHarness({ workers: [{ config: { ...config, vars } }] });

before(async () => {
  await server.listen();
  await forgetful.listen();
});
after(() => Promise.all([server.close(), forgetful.close()]));

// A room that no other test uses, with functions to query and to join it.
function newRoom(harness = server) {
  const worker = harness.getWorker();
  const room = randomUUID();
  const ask = async (path = "", headers = {}) => {
    const response = await worker.fetch(`/rooms/${room}${path}`, { headers });
    return response.json();
  };
  const address = async (name) => {
    const { url } = await harness.listen();
    return new URL(`/rooms/${room}/socket?${new URLSearchParams({ name })}`, url);
  };
  return {
    people: () => ask(),
    history: async () => (await ask("/history")).messages,
    knock: (query) => ask(`/socket${query}`, { upgrade: "websocket" }),
    join: async (name) => join(await address(name)),
    joinByLine: async (name) => joinByLine(await address(name)),
    evict: () => worker.evictDurableObject("Chatroom", { name: room, webSockets: "hibernate" }),
  };
}

// Joins as a browser does, and waits for the welcome frame.
async function join(address) {
  address.protocol = "ws:";
  const socket = new WebSocket(address);
  const frames = on(socket, "message");
  const closed = once(socket, "close");
  const next = async () => {
    const { value: [{ data }] } = await within(frames.next(), "a frame");
    return data === "pong" ? data : JSON.parse(data);
  };
  return {
    next,
    welcome: await next(),
    send: (frame) => socket.send(frame),
    say: (text) => socket.send(say(text)),
    close: async (...code) => {
      socket.close(...code);
      return (await within(closed, "the end of a socket"))[0];
    },
  };
}

// Joins over a raw TCP connection, on which a client can violate the protocol.
async function joinByLine(address) {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": randomBytes(16).toString("base64"),
    "sec-websocket-version": "13",
  };
  const upgraded = once(request(address, { headers }).end(), "upgrade");
  const [, line] = await within(upgraded, "the upgrade");
  return line.on("error", () => {}).resume();
}

const say = (text) => JSON.stringify({ kind: "say", text });

// Waits for a promise, and fails if it has not settled by the deadline.
async function within(promise, what) {
  const { promise: late, reject } = Promise.withResolvers();
  const timer = setTimeout(() => reject(new Error(`never came: ${what}`)), 5_000);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

test("a new member gets a welcome first, and the others are notified", async () => {
  const room = newRoom();
  const ann = await room.join("ann");
  assert.deepEqual(ann.welcome, { kind: "welcome", names: ["ann"], messages: [] });
  const bob = await room.join("Bob Ünal");
  assert.deepEqual(bob.welcome.names, ["Bob Ünal", "ann"]);
  assert.deepEqual(await ann.next(), { kind: "joined", name: "Bob Ünal" });
});

test("a message reaches everyone, and stays in the history", async () => {
  const room = newRoom();
  const [start, ann] = [Date.now(), await room.join("ann")];
  const bob = await room.join("bob");
  await ann.next();
  ann.say("hello <b>");
  const heard = await bob.next();
  const { at, ...said } = heard;
  assert.deepEqual(said, { kind: "said", id: 1, name: "ann", text: "hello <b>" });
  assert.ok(start <= at && at <= Date.now());
  assert.deepEqual(await ann.next(), heard);
  const { kind, ...message } = heard;
  assert.deepEqual(await room.history(), [message]);
  assert.deepEqual((await room.join("cid")).welcome.messages, [message]);
});

test("each room has its own members and history", async () => {
  const [one, other] = [newRoom(), newRoom()];
  const ann = await one.join("ann");
  ann.say("hello");
  await ann.next();
  assert.deepEqual((await other.join("bob")).welcome, {
    kind: "welcome",
    names: ["bob"],
    messages: [],
  });
});

test("a room counts people, not sockets", async () => {
  const room = newRoom();
  const bob = await room.join("bob");
  const ann = [await room.join("ann"), await room.join("ann")];
  assert.deepEqual(await room.people(), { count: 2, names: ["ann", "bob"] });
  assert.deepEqual(await bob.next(), { kind: "joined", name: "ann" });

  await ann[0].close();
  assert.deepEqual(await room.people(), { count: 2, names: ["ann", "bob"] });
  await ann[1].close();
  assert.deepEqual(await bob.next(), { kind: "left", name: "ann" });
  assert.deepEqual(await room.people(), { count: 1, names: ["bob"] });
});

test("a close frame is answered with the same code, or with 1000 if it has none", async () => {
  const room = newRoom();
  for (const [sent, answered] of [[[3001, "bye"], 3001], [[], 1000]]) {
    const { code, wasClean } = await (await room.join("ann")).close(...sent);
    assert.deepEqual({ code, wasClean }, { code: answered, wasClean: true });
  }
});

test("a room that was evicted while hibernating still knows everyone", async () => {
  const room = newRoom();
  const ann = await room.join("ann");
  const bob = await room.join("bob");
  assert.equal((await ann.next()).kind, "joined");
  ann.say("before");
  await Promise.all([ann.next(), bob.next()]);

  await room.evict();
  bob.say("after");
  const { name, text } = await ann.next();
  assert.deepEqual({ name, text }, { name: "bob", text: "after" });
  assert.deepEqual(await room.people(), { count: 2, names: ["ann", "bob"] });
  assert.deepEqual((await room.history()).map(({ text }) => text), ["before", "after"]);

  await room.evict();
  await bob.close();
  assert.deepEqual(await ann.next(), { kind: "left", name: "bob" });
});

test("a ping is answered without waking the room", async () => {
  const room = newRoom();
  const ann = await room.join("ann");
  await room.evict();
  ann.send("ping");
  assert.equal(await ann.next(), "pong");
  await assert.rejects(room.evict(), /not currently running/);
});

test("a room keeps its newest messages, and deletes the others", async () => {
  const room = newRoom(forgetful);
  const ann = await room.join("ann");
  for (const text of ["1", "2", "3", "4", "5"]) {
    ann.say(text);
    assert.equal((await ann.next()).text, text);
  }
  const messages = await room.history();
  assert.deepEqual(messages.map(({ id, text }) => `${id}: ${text}`), ["3: 3", "4: 4", "5: 5"]);
  assert.deepEqual((await room.join("bob")).welcome.messages, messages);
});

test("an invalid frame is refused, and only its sender is notified", async () => {
  const room = newRoom();
  const ann = await room.join("ann");
  const bob = await room.join("bob");
  await ann.next();
  for (const [frame, status, title] of [
    ["hello", 400, "the frame is not the JSON that a room takes"],
    [JSON.stringify({ kind: "shout", text: "hello" }), 400, "the frame is not the JSON that a room takes"],
    [new Uint8Array([1, 2, 3]), 400, "a frame must be text"],
    [say(" "), 422, "a text must have 1 to 500 characters"],
    [say("é".repeat(501)), 422, "a text must have 1 to 500 characters"],
    ["x".repeat(8 * 1024 + 1), 413, "a frame may have 8 KB"],
  ]) {
    ann.send(frame);
    assert.deepEqual(await ann.next(), { kind: "refused", status, title });
  }
  ann.say("é".repeat(500));
  assert.equal((await bob.next()).text, "é".repeat(500));
  assert.equal((await room.history()).length, 1);
});

test("the rate limit applies per socket, even after an eviction", async () => {
  const room = newRoom();
  const ann = await room.join("ann");
  for (let count = 1; count <= 10; count += 1) {
    ann.say(`${count}`);
    assert.equal((await ann.next()).text, `${count}`);
  }
  await room.evict();
  ann.say("11");
  const title = "a socket may send 10 frames in 10 seconds";
  assert.deepEqual(await ann.next(), { kind: "refused", status: 429, title });

  const bob = await room.join("bob");
  bob.say("hello");
  assert.equal((await bob.next()).text, "hello");
});

const MISBEHAVIOURS = {
  "resets the connection": (line) => line.resetAndDestroy(),
  "disconnects without a close frame": (line) => line.end(),
  "violates the protocol": (line) => line.write(Buffer.from([0x8f, 0x80, 0, 0, 0, 0])),
};
for (const [what, misbehave] of Object.entries(MISBEHAVIOURS)) {
  test(`a client that ${what} has left, and disturbs no one else`, async () => {
    const room = newRoom();
    const ann = await room.join("ann");
    const line = await room.joinByLine("bob");
    assert.deepEqual(await ann.next(), { kind: "joined", name: "bob" });
    misbehave(line);
    assert.deepEqual(await ann.next(), { kind: "left", name: "bob" });
    ann.say("hello");
    assert.equal((await ann.next()).text, "hello");
    assert.deepEqual(await room.people(), { count: 1, names: ["ann"] });
  });
}

test("a full room refuses new members until somebody leaves", async () => {
  const room = newRoom();
  const members = await Promise.all(Array.from({ length: 100 }, () => room.join("ann")));
  assert.deepEqual(await room.knock("?name=bob"), { status: 503, title: "the room is full" });
  await members[0].close();
  assert.deepEqual((await room.join("bob")).welcome.names, ["ann", "bob"]);
});

test("an invalid name is refused", async () => {
  const room = newRoom();
  const title = "a name has 1 to 30 characters on one trimmed line";
  for (const query of ["", "?name=", "?name=+ann", "?name=an%0An", `?name=${"a".repeat(31)}`]) {
    assert.deepEqual(await room.knock(query), { status: 400, title });
  }
  assert.deepEqual(await room.people(), { count: 0, names: [] });
});

test("joining without a WebSocket is refused", async () => {
  const response = await server.fetch("/rooms/lobby/socket?name=ann");
  assert.equal(response.status, 426);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
});

test("the page is HTML, and shows messages only as text", async () => {
  const response = await server.fetch("/");
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  const html = await response.text();
  assert.match(html, /textContent/);
  assert.doesNotMatch(html, /innerHTML|insertAdjacentHTML|document\.write/);
});

test("other methods get a 405 that lists the allowed ones", async () => {
  for (const [path, allowed] of [
    ["/", "GET, HEAD"],
    ["/rooms/lobby", "GET, HEAD"],
    ["/rooms/lobby/history", "GET, HEAD"],
    ["/rooms/lobby/socket", "GET"],
  ]) {
    const response = await server.fetch(path, { method: "POST" });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), allowed);
  }
});

test("unknown paths get a 404", async () => {
  for (const path of ["/rooms", "/room/lobby", "/rooms/lobby/door"]) {
    assert.equal((await server.fetch(path)).status, 404);
  }
});
