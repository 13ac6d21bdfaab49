// Finds an installed browser, and opens pages in it headlessly.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

export function launch() {
  const executablePath = process.env.CHROME_PATH ?? USUAL_PLACES.find(existsSync);
  if (!executablePath) {
    throw new Error(
      "These tests need a browser: install Chromium (on Debian: apt-get install chromium), " +
        "or set CHROME_PATH to one.",
    );
  }
  // Chromium's sandbox refuses to run as root.
  const chromiumSandbox = process.getuid?.() !== 0;
  return chromium.launch({ executablePath, chromiumSandbox, timeout: 30_000 });
}

// Opens an empty page that is closed at the end of the test. `page.complaints` collects all
// errors and warnings of the browser's console.
export async function emptyPage(browser, test, options) {
  const context = await browser.newContext(options);
  test.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  return page;
}
