// Keeps `wrangler dev` serving while a worker does not build: requests get a 503 with the compiler's error.
//
// wrangler loads this file with --require, and it then starts itself in place of a worker's build command. As a program
// it runs that command and shows its output. If the build fails, it puts a worker that answers with the error where the
// built one would be. For wrangler the build has worked: it serves, and goes on watching for the fix. Otherwise it would
// print the whole of its failed child process, and end if it has not served anything yet.
//
// Not here: the list of the builds (dev_builds.py).
"use strict";

const childProcess = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const LAST_LINES = 20;

if (require.main === module) runBuild(JSON.parse(process.argv[2]));
else replaceBuilds(JSON.parse(process.env.SCAFFOLD_DEV_BUILDS ?? "[]"));

function replaceBuilds(builds) {
  const spawn = childProcess.spawn;
  childProcess.spawn = function (command, args, options) {
    const folder = fs.realpathSync(options?.cwd ?? ".");
    const isBuild = (build) => build.command.trim() === command && build.folder === folder;
    const build = options?.shell ? builds.find(isBuild) : undefined;
    if (!build) return spawn.apply(this, arguments);
    const words = [__filename, JSON.stringify(build)];
    return spawn.call(this, process.execPath, words, { ...options, shell: false });
  };
}

function runBuild(build) {
  const options = { shell: true, stdio: ["inherit", "pipe", "pipe"] };
  const child = childProcess.spawn(build.run, options);
  const seen = [];
  let held = "";
  child.stdout.on("data", (chunk) => {
    seen.push(chunk);
    process.stdout.write(chunk);
  });
  child.stderr.on("data", (chunk) => {
    seen.push(chunk);
    held += chunk;
    // A compiler's errors are held back until the end: what the programs around it print after them is no help.
    const error = held.search(/^error(\[E\d+\])?:/m);
    const ready = error === -1 ? held.lastIndexOf("\n") + 1 : error;
    process.stderr.write(held.slice(0, ready));
    held = held.slice(ready);
  });
  child.on("close", (code) => {
    if (code !== 0) fail(build, words(held, Buffer.concat(seen).toString()));
    else process.stderr.write(held);
  });
}

// Returns the compiler's errors, or the last lines of a build that failed for another reason.
function words(held, output) {
  const [errors] = held.split(/^(?=Error: |Caused by:|Stack backtrace:)/m);
  if (errors.trim()) return errors.trimEnd();
  return output.trimEnd().split("\n").slice(-LAST_LINES).join("\n");
}

function fail(build, error) {
  const isServed = build.is_output || fs.existsSync(build.main);
  const answer = build.is_output ? "a 503 with this error" : "the last build that worked";
  const until = isServed ? `requests get ${answer} until the build works again` : "nothing can be served";
  process.stderr.write(`the build failed; ${until}:\n\n${error}\n`);
  if (build.is_output) {
    fs.mkdirSync(path.dirname(build.main), { recursive: true });
    fs.writeFileSync(build.main, substitute(build, `the build failed:\n\n${error}\n`));
  }
  process.exitCode = isServed ? 0 : 1;
}

// Returns a worker that exports all that the configuration refers to.
function substitute(build, message) {
  const ofKind = (names, base) =>
    names.map((name) => `export class ${name} extends ${base} { fetch = refuse; run = fail; alarm = fail; }`);
  return [
    'import { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } from "cloudflare:workers";',
    `const message = ${JSON.stringify(message)};`,
    'const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };',
    "const refuse = () => new Response(message, { status: 503, headers });",
    "const fail = () => { throw new Error(message); };",
    "export default { fetch: refuse, scheduled: fail, queue: fail, email: fail, tail: fail };",
    ...ofKind(build.objects, "DurableObject"),
    ...ofKind(build.workflows, "WorkflowEntrypoint"),
    ...ofKind(build.entrypoints, "WorkerEntrypoint"),
    "",
  ].join("\n");
}
