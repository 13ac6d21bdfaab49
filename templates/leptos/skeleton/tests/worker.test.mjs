// Tests the built worker in workerd over HTTP and in a browser. Run with `npm test`.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createTestHarness } from "wrangler";
import { emptyPage, launch } from "./browser.mjs";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
let url;
before(async () => ({ url } = await server.listen()));
after(() => server.close());

const html = async (path) => (await server.fetch(path)).text();
const entries = async () => (await server.fetch("/api/entries")).json();
const sign = (fields, headers) => {
  const body = new URLSearchParams(fields);
  return server.fetch("/api/sign", { method: "POST", body, headers, redirect: "manual" });
};

describe("over HTTP", () => {
  test("a page is complete, with a title, a description and the entries", async () => {
    await sign({ name: "Ada", message: "I was here first." });
    const page = await html("/");
    assert.match(page, /^<!DOCTYPE html><html lang="en">/);
    assert.match(page, /<title>Guest book<\/title>/);
    assert.match(page, /<meta name="description" content=".+">/);
    assert.match(page, /<p>I was here first\.<\/p>/);
  });

  test("what a visitor writes is escaped as text", async () => {
    await sign({ name: "<i>Eve</i>", message: "<script>alert(1)</script>" });
    const page = await html("/");
    assert.match(page, /&lt;script&gt;alert\(1\)/);
    assert.doesNotMatch(page, /<script>alert|<i>Eve/);
  });

  test("the newest entry comes first", async () => {
    await sign({ name: "Ada", message: "the older one" });
    await sign({ name: "Bob", message: "the newer one" });
    const messages = (await entries()).map(({ message }) => message);
    assert.ok(messages.indexOf("the newer one") < messages.indexOf("the older one"));
  });

  test("an invalid entry is refused with the reason, and not stored", async () => {
    const refusals = [
      [{ name: "Ada" }, "NoMessage"],
      [{ name: " ", message: "refused" }, "NoName"],
      [{ name: "n".repeat(41), message: "refused" }, "LongName"],
      [{ name: "Ada", message: "refused".repeat(100) }, "LongMessage"],
    ];
    for (const [fields, reason] of refusals) {
      const response = await sign(fields);
      assert.equal(response.status, 422);
      assert.equal(await response.json(), reason);
    }
    assert.doesNotMatch(JSON.stringify(await entries()), /refused/);
  });

  test("a form sent without scripts redirects back to its page", async () => {
    const headers = { accept: "text/html", referer: new URL("/", url).href };
    for (const message of ["By hand", ""]) {
      const response = await sign({ name: "Ada", message }, headers);
      assert.equal(response.status, 302);
      assert.equal(new URL(response.headers.get("location")).pathname, "/");
    }
  });

  test("static files are served, including the client", async () => {
    const types = {
      "/style.css": /^text\/css/,
      "/pkg/client.js": /^text\/javascript/,
      "/pkg/client_bg.wasm": /^application\/wasm/,
    };
    for (const [path, type] of Object.entries(types)) {
      const response = await server.fetch(path);
      assert.equal(response.status, 200, path);
      assert.match(response.headers.get("content-type"), type);
    }
  });

  test("unknown paths get a page with the status 404", async () => {
    const response = await server.fetch("/missing");
    assert.equal(response.status, 404);
    assert.match(await response.text(), /<h1>Not found<\/h1>/);
  });
});

describe("in a browser", () => {
  let browser;
  after(() => browser?.close());
  before(async () => {
    browser = await launch();
    // If the client does not start, fail here, so that no test below waits for it.
    const page = await browser.newPage();
    await page.goto(url.href);
    await page.locator("[data-interactive]").waitFor({ timeout: 20_000 });
    await page.close();
  });

  const interactive = (page) => page.locator("[data-interactive]").waitFor();
  const open = async (test, path) => {
    const page = await emptyPage(browser, test);
    await page.goto(new URL(path, url).href);
    await interactive(page);
    return page;
  };
  const fillIn = async (page, name, message) => {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Message").fill(message);
    await page.getByRole("button", { name: "Sign" }).click();
  };

  test("a visitor without scripts can read and sign", async (test) => {
    const page = await emptyPage(browser, test, { javaScriptEnabled: false });
    await page.goto(url.href);
    await fillIn(page, "Cy", "Without scripts");
    await page.getByText("Without scripts").waitFor();
  });

  test("the client hydrates the elements that the worker has rendered", async (test) => {
    const page = await emptyPage(browser, test);
    const held = Promise.withResolvers();
    await page.route("**/pkg/client.js", (route) => held.promise.then(() => route.continue()));
    await page.goto(url.href, { waitUntil: "commit" });
    const heading = page.getByRole("heading", { level: 1 });
    await heading.evaluate((element) => (element.isFromTheWorker = true));
    held.resolve();
    await interactive(page);
    assert.equal(await heading.evaluate((element) => element.isFromTheWorker), true);
    assert.deepEqual(page.complaints, []);
  });

  test("typing updates the number of characters left", async (test) => {
    const page = await open(test, "/");
    await page.getByLabel("Message").fill("Hello");
    await page.getByText("Characters left: 195").waitFor();
  });

  test("signing adds to the list and clears the form without loading a page", async (test) => {
    const page = await open(test, "/");
    await page.evaluate(() => (window.isTheSamePage = true));
    await fillIn(page, "Dot", "From the browser");
    await page.getByRole("listitem").getByText("From the browser").waitFor();
    await page.getByText("Characters left: 200").waitFor();
    assert.equal(await page.getByLabel("Message").inputValue(), "");
    assert.equal(await page.evaluate(() => window.isTheSamePage), true);
    assert.deepEqual(page.complaints, []);
  });

  test("a refusal is shown beside the form, which keeps its contents", async (test) => {
    const page = await open(test, "/");
    await fillIn(page, " ", "Who am I?");
    await page.getByRole("alert").getByText("Please say who you are.").waitFor();
    assert.equal(await page.getByLabel("Message").inputValue(), "Who am I?");
  });

  test("a link changes the page without loading a new one", async (test) => {
    const page = await open(test, "/");
    await page.evaluate(() => (window.isTheSamePage = true));
    await page.getByRole("link", { name: "About" }).click();
    await page.getByRole("heading", { level: 1, name: "About" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/about");
    assert.equal(await page.title(), "About");
    assert.equal(await page.evaluate(() => window.isTheSamePage), true);
    assert.deepEqual(page.complaints, []);
  });

  test("the 404 page is hydrated too", async (test) => {
    const page = await open(test, "/missing");
    await page.getByRole("link", { name: "Guest book" }).click();
    await page.getByRole("heading", { level: 1, name: "Guest book" }).waitFor();
    assert.deepEqual(page.complaints.filter((text) => !text.includes("404")), []);
  });
});
