// wrangler's test harness, with stubs for what tests do not have: values of secrets, workers outside of the
// harness, and what would need a login.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestHarness as create, experimental_readRawConfig as readConfig } from "wrangler";

export * from "wrangler";

const STUB = "a-stub-for-tests";
const REMOTE = ["ai", "dispatch_namespaces", "secrets_store_secrets", "vectorize"];
const main = fileURLToPath(new URL("stub.mjs", import.meta.url));

export function createTestHarness(options) {
  const harness = create(options && withStub(options));
  const update = (next) =>
    harness.update(typeof next === "function" ? (now) => withStub(next(now)) : withStub(next));
  return { ...harness, update };
}

function withStub({ workers, ...options }) {
  const own = workers.filter(({ config }) => config?.name !== STUB);
  const configs = own.map((worker) => worker.config ?? configOf(worker, options.root ?? "."));
  const names = configs.map(({ name }) => name);
  const stub = { name: STUB, main, compatibility_date: configs[0].compatibility_date };
  const stubbed = own.map((worker, number) => standInsFor(worker, configs[number], names));
  return { ...options, workers: [...stubbed, { config: stub }] };
}

function configOf({ configPath, env }, root) {
  const path = configPath instanceof URL ? fileURLToPath(configPath) : resolve(root, configPath);
  const { rawConfig } = readConfig({ config: path });
  return { ...rawConfig, ...rawConfig.env?.[env] };
}

function standInsFor(worker, config, names) {
  const isElsewhere = ({ service }) => !names.includes(service);
  const away = (config.services ?? []).filter(isElsewhere).map(({ binding }) => binding);
  const remote = REMOTE.flatMap((key) => config[key] ?? []).map(({ binding }) => binding);
  const bindings = [...away, ...remote];
  const required = config.secrets?.required ?? [];
  const secrets = Object.fromEntries(required.map((name) => [name, `a test value of ${name}`]));
  if (!worker.config) {
    const overrides = Object.fromEntries(bindings.map((name) => [name, STUB]));
    return {
      ...worker,
      secrets: { ...secrets, ...worker.secrets },
      bindingOverrides: { ...overrides, ...worker.bindingOverrides },
    };
  }
  const real = Object.entries(config).filter(([key]) => key !== "secrets" && !REMOTE.includes(key));
  const near = (config.services ?? []).filter((each) => !isElsewhere(each));
  const services = [...near, ...bindings.map((binding) => ({ binding, service: STUB }))];
  return { config: { ...Object.fromEntries(real), services, vars: { ...secrets, ...config.vars } } };
}
