// Tests the built worker in workerd, over HTTP and with e-mails. Run with `npm test`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createTestHarness } from "wrangler";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
before(() => server.listen());
after(() => server.close());

const ADA = "ada@example.org";
const DESK = "desk@example.com";

// Delivers an e-mail to the worker, as Email Routing does. Each has an id of its own.
async function deliver({ headers = [], body = "Hello", to = DESK, from = ADA } = {}) {
  const id = `<${randomUUID()}@example.org>`;
  const head = [`From: <${from}>`, `To: <${to}>`, `Message-ID: ${id}`, ...headers];
  const raw = [...head, "", body, ""].join("\r\n");
  return { id, ...(await server.getWorker().email({ from, to, raw })) };
}

const attach = (filename) => ({
  headers: ["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"'],
  body: [
    "--b",
    "Content-Type: text/plain",
    "",
    "Hello",
    "--b",
    "Content-Type: application/octet-stream",
    `Content-Disposition: attachment; filename="${filename}"`,
    "Content-Transfer-Encoding: base64",
    "",
    "TVo=",
    "--b--",
  ].join("\r\n"),
});

const rejected = ({ outcome, rejectReason, forwards, replies }, reason) =>
  assert.deepEqual([outcome, rejectReason, forwards, replies], ["ok", reason, [], []]);

async function ask(path, method, body) {
  const response = await server.fetch(path, { method, body });
  const { status, headers } = response;
  const type = headers.get("content-type");
  return { status, headers, type, body: await response.json() };
}

const post = (message) => ask("/messages", "POST", JSON.stringify(message));

// What the worker has sent, newest first. The local explorer keeps it instead of delivering it.
async function sent() {
  const response = await server.fetch("/cdn-cgi/local/explorer/api/local/email/sending");
  return (await response.json()).result;
}

test("an e-mail is forwarded to the owner with all it contains", async () => {
  const { outcome, rejectReason, forwards } = await deliver(attach("bill.pdf"));
  assert.deepEqual([outcome, rejectReason], ["ok", undefined]);
  assert.equal(forwards.length, 1);
  assert.equal(forwards[0].recipient, "owner@example.com");
  assert.deepEqual(forwards[0].headers, [["x-attachments", "1"]]);
});

test("its sender gets an acknowledgement that refers to it", async () => {
  const { id, replies } = await deliver({ headers: ["Subject: Tea"] });
  assert.equal(replies.length, 1);
  assert.equal(replies[0].sender, DESK);
  const [head, text] = replies[0].raw.split("\r\n\r\n");
  for (const line of [
    `To: <${ADA}>`,
    "Subject: Re: Tea",
    `In-Reply-To: ${id}`,
    "Auto-Submitted: auto-replied",
  ]) {
    assert.ok(head.split("\r\n").includes(line), head);
  }
  assert.match(text, /^Thank you for your message\./);
});

test("a subject in other characters is answered as it was encoded", async () => {
  const subject = "=?utf-8?B?VGVlIGbDvHIgbWljaA==?=";
  const { replies } = await deliver({ headers: [`Subject: ${subject}`] });
  assert.ok(replies[0].raw.includes(`Subject: Re: ${subject}\r\n`));
});

test("an automatic message is forwarded, but not acknowledged", async () => {
  for (const header of ["Auto-Submitted: auto-replied", "List-Id: <tea.example.org>"]) {
    const { forwards, replies } = await deliver({ headers: [header] });
    assert.deepEqual([forwards.length, replies.length], [1, 0], header);
  }
});

test("a mailbox is found regardless of case, and any other is rejected", async () => {
  assert.equal((await deliver({ to: "Desk@Example.com" })).forwards.length, 1);
  rejected(await deliver({ to: "sales@example.com" }), "there is no such mailbox");
});

test("an attachment that runs a program is rejected", async () => {
  rejected(await deliver(attach("bill.EXE")), "programs are not accepted as attachments");
});

test("a message that is too long is rejected, and the longest one is not", async () => {
  const line = `${"a".repeat(76)}\r\n`;
  const long = line.repeat(Math.ceil((5 * 1024 * 1024) / line.length));
  rejected(await deliver({ body: long }), "the message is longer than 5 MiB");
  const { forwards } = await deliver({ body: long.slice(0, -1024) });
  assert.equal(forwards.length, 1);
});

test("a message with a broken structure does not stop the worker", async () => {
  const headers = ["Content-Type: multipart/mixed; boundary=b"];
  for (const body of ["--b\r\n--b\r\n", "\0\xff", "--b\r\nContent-Type: message/rfc822\r\n\r\n"]) {
    assert.equal((await deliver({ headers, body })).outcome, "ok");
  }
  assert.equal((await deliver()).forwards.length, 1);
});

test("a message of the form is sent to the owner, and answers go to its author", async () => {
  const { status, body } = await post({ from: ADA, subject: "Tea?", text: "Do you sell tea?" });
  assert.equal(status, 202);
  const message = (await sent()).find(({ messageId }) => messageId === body.id);
  assert.deepEqual([message.from, message.to, message.replyTo], [DESK, ["owner@example.com"], ADA]);
  assert.equal(message.subject, "Tea?");
});

test("the longest message may be escaped", async () => {
  const text = "\\ud83d\\ude42".repeat(4_000);
  const { status } = await ask("/messages", "POST", `{"from":"${ADA}","subject":"Tea","text":"${text}"}`);
  assert.equal(status, 202);
});

test("every invalid field is listed, and nothing is sent", async () => {
  const before = await sent();
  const answer = await post({ from: "ada", subject: "Tea\r\nBcc: eve@example.org", text: " " });
  assert.deepEqual([answer.status, answer.type], [422, "application/problem+json"]);
  assert.deepEqual(answer.body.errors.map(({ field }) => field), ["from", "subject", "text"]);
  assert.deepEqual(await sent(), before);
});

test("a body that cannot be read is refused, and the cause is only logged", async () => {
  server.clearLogs();
  for (const body of ["no message", "{}", '{"from":7}']) {
    const { status, body: problem } = await ask("/messages", "POST", body);
    const title = "the body is not the JSON that this address takes";
    assert.deepEqual([status, problem], [400, { status: 400, title }]);
  }
  assert.match(JSON.stringify(server.getLogs()), /missing field `from`/);
});

test("a body that is too long or has no declared length is not read", async () => {
  const message = { from: ADA, subject: "Tea", text: "Hi", more: "a".repeat(65_536) };
  assert.equal((await post(message)).status, 413);
  const body = new Blob([JSON.stringify(message)]).stream();
  const response = await server.fetch("/messages", { method: "POST", body, duplex: "half" });
  assert.equal(response.status, 411);
});

test("other methods get a 405 that lists the allowed one, and unknown paths a 404", async () => {
  const { status, headers } = await ask("/messages", "GET");
  assert.deepEqual([status, headers.get("allow")], [405, "POST"]);
  for (const path of ["/", "/messages/", "/messages/1"]) {
    assert.equal((await ask(path, "GET")).status, 404, path);
  }
});
