// Tests the built worker in workerd over HTTP and in a browser. Run with `npm test`.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createTestHarness } from "wrangler";
import { emptyPage, launch } from "./browser.mjs";

const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
let url;
before(async () => ({ url } = await server.listen()));
after(() => server.close());

// Node's own fetch, which follows no redirect here.
const get = (path, init) => fetch(new URL(path, url), { redirect: "manual", ...init });

async function refuse(path, status, title, init) {
  const response = await get(path, init);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.deepEqual([response.status, await response.json()], [status, { status, title }]);
  return response;
}

describe("over HTTP", () => {
  test("planets are listed and read, and may be cached for a minute", async () => {
    const list = await get("/api/planets");
    assert.equal(list.headers.get("cache-control"), "public, max-age=60");
    const planets = await list.json();
    assert.equal(planets.length, 4);
    for (const planet of planets) {
      assert.deepEqual(await (await get(`/api/planets/${planet.id}`)).json(), planet);
    }
  });

  test("things weigh less on Mars", async () => {
    const response = await get("/api/planets/mars/weight?kilograms=70");
    assert.deepEqual(await response.json(), { kilograms: 26.4 });
  });

  test("an invalid weight is refused", async () => {
    const title = "kilograms must be a number from 0 to 1000000";
    for (const query of ["", "?kilograms=", "?kilograms=NaN", "?kilograms=-1", "?kilograms=1e99"]) {
      await refuse(`/api/planets/mars/weight${query}`, 422, title);
    }
  });

  test("an unknown planet or path of the API gets a problem, not the app", async () => {
    await refuse("/api/planets/pluto", 404, "there is no such planet");
    await refuse("/api/planets/pluto/weight?kilograms=1", 404, "there is no such planet");
    await refuse("/api/moons", 404, "there is nothing at this address");
  });

  test("other methods get a 405 that lists the allowed ones", async () => {
    const title = "this address does not answer that method";
    for (const path of ["/api/planets", "/api/planets/mars", "/planets/mars"]) {
      const { headers } = await refuse(path, 405, title, { method: "POST", body: "a" });
      assert.equal(headers.get("allow"), "GET, HEAD", path);
    }
  });

  test("files have the headers of their folder", async () => {
    for (const [path, cached] of [
      ["/static/app.mjs", "public, max-age=3600"],
      ["/static/style.css", "public, max-age=3600"],
      ["/", "public, max-age=0, must-revalidate"],
    ]) {
      const { status, headers } = await get(path);
      assert.deepEqual([status, headers.get("cache-control")], [200, cached], path);
      assert.match(headers.get("content-security-policy"), /^default-src 'self'/);
    }
    assert.doesNotMatch(await (await get("/_headers")).text(), /Cache-Control/);
  });

  test("a file that a browser has is not sent again", async () => {
    const first = await get("/static/app.mjs");
    const headers = { "if-none-match": first.headers.get("etag") };
    assert.equal((await get("/static/app.mjs", { headers })).status, 304);
  });

  test("a path that is neither a file nor the worker's gets the app", async () => {
    const app = await (await get("/")).text();
    for (const path of ["/about", "/some/where"]) {
      const response = await get(path, { headers: { "sec-fetch-mode": "navigate" } });
      assert.deepEqual([response.status, await response.text()], [200, app], path);
    }
  });

  test("the page of a planet has its title and the headers of the app", async () => {
    const response = await get("/planets/mars");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(response.headers.get("cache-control"), "no-cache");
    assert.match(response.headers.get("content-security-policy"), /^default-src 'self'/);
    assert.match(await response.text(), /<title>Mars<\/title>/);
  });

  test("the page of an unknown planet gets a 404", async () => {
    for (const path of ["/planets/pluto", "/planets/%3Cscript%3E", "/planets/mars/moons", "/planets/"]) {
      const response = await get(path);
      assert.equal(response.status, 404);
      assert.match(await response.text(), /<title>Not found<\/title>/);
    }
  });
});

describe("in a browser", () => {
  let browser;
  after(() => browser?.close());
  before(async () => (browser = await launch()));

  const open = async (test, path) => {
    const page = await emptyPage(browser, test);
    await page.goto(new URL(path, url).href);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  };
  const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

  test("a link changes the page without loading a document, and so does going back", async (test) => {
    const page = await open(test, "/");
    await page.evaluate(() => (window.isTheSamePage = true));
    await page.getByRole("link", { name: "Mars" }).click();
    await heading(page, "Mars");
    assert.equal(new URL(page.url()).pathname, "/planets/mars");
    assert.equal(await page.title(), "Mars");
    await page.goBack();
    await page.getByRole("link", { name: "Venus" }).waitFor();
    assert.equal(await page.evaluate(() => window.isTheSamePage), true);
    assert.deepEqual(page.complaints, []);
  });

  test("a page can be opened by its address", async (test) => {
    for (const [path, name] of [
      ["/planets/venus", "Venus"],
      ["/about", "About"],
    ]) {
      const page = await open(test, path);
      await heading(page, name);
      assert.deepEqual(page.complaints, []);
    }
  });

  test("something is weighed, and a refusal is shown", async (test) => {
    const page = await open(test, "/planets/mars");
    await page.getByLabel("Kilograms on Earth").fill("70");
    await page.getByRole("button", { name: "Weigh" }).click();
    await page.getByText("26.4 kg").waitFor();
    await page.getByLabel("Kilograms on Earth").fill("<b>");
    await page.getByRole("button", { name: "Weigh" }).click();
    await page.getByText("kilograms must be a number from 0 to 1000000").waitFor();
  });

  test("an unknown address shows a page", async (test) => {
    for (const path of ["/planets/pluto", "/planets/mars/moons", "/some/where"]) {
      await heading(await open(test, path), "Not found");
    }
  });
});
