// Runs a PostgreSQL server of its own, with empty storage and the migrations: for the tests, and
// for local development by `npm run database`.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const DEBIAN = "/usr/lib/postgresql";
const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));

// Debian keeps the programs out of the PATH, in a folder for each version.
function programs() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => other - one) : [];
  const debian = versions.map((version) => join(DEBIAN, version, "bin"));
  const folders = [process.env.POSTGRES_BIN, ...debian, ...process.env.PATH.split(delimiter)];
  const found = folders.find((folder) => folder && existsSync(join(folder, "initdb")));
  if (found) return found;
  throw new Error(
    "These tests need PostgreSQL: install it (on Debian: apt-get install postgresql), " +
      "or set POSTGRES_BIN to the folder of its programs.",
  );
}

// The server refuses to run as root, so that it then runs as the user who owns nothing.
function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ["-u", "-g"].map((option) => Number(execFileSync("id", [option, "nobody"])));
  return { uid, gid };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

export async function startPostgres(port) {
  port ??= await freePort();
  const bin = programs();
  const user = unprivileged();
  // Root's own folder for temporary files may be closed to other users.
  const folder = mkdtempSync(join("uid" in user ? "/tmp" : tmpdir(), "postgres-"));
  if ("uid" in user) chownSync(folder, user.uid, user.gid);
  const options = { cwd: folder, ...user };
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"];
  execFileSync(join(bin, "initdb"), init, options);

  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
  const argv = ["-D", data, "-p", `${port}`, ...settings.flatMap((setting) => ["-c", setting])];
  const server = spawn(join(bin, "postgres"), argv, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(server, "exit");
  // Also after a test that throws before it can stop the server.
  process.once("exit", () => server.kill("SIGINT"));
  await ready(server);
  const address = ["-h", "127.0.0.1", "-p", `${port}`, "-U", "postgres"];
  const plainly = ["--quiet", "--no-align", "--tuples-only", "--no-psqlrc", "--set=ON_ERROR_STOP=1"];
  const psql = (...words) =>
    execFileSync(join(bin, "psql"), [...address, ...plainly, ...words], { encoding: "utf8" }).trim();
  for (const name of readdirSync(MIGRATIONS).sort()) psql("-f", join(MIGRATIONS, name));
  return {
    url: `postgres://postgres:local@127.0.0.1:${port}/postgres`,
    query: (sql) => psql("-c", sql),
    async stop() {
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// Waits for the line of the log by which the server reports that it takes connections.
async function ready(server) {
  const log = [];
  for await (const line of createInterface({ input: server.stderr })) {
    log.push(line);
    if (line.includes("ready to accept connections")) {
      server.stderr.resume();
      return;
    }
  }
  throw new Error(`PostgreSQL did not start:\n${log.join("\n")}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Ctrl-C, a closed terminal, and `kill`: none of them leaves the server behind.
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"]) {
    process.once(signal, async () => (await database).stop());
  }
  const database = startPostgres(54329);
  console.log(`PostgreSQL takes connections: ${(await database).url}`);
}
