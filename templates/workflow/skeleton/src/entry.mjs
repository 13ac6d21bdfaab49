// The module that workerd starts. It passes all events on to the Rust, and gives the workflow the
// base class that the runtime wants, which a class from Rust cannot have. Rust code that panics is
// dead, with all that it waits for, so a run is begun again in fresh Rust: it is handed the steps
// that it has already taken, and the step that panicked counts as failed and is tried again.

import { WorkflowEntrypoint } from "cloudflare:workers";
import { OrderFlow as RustOrderFlow } from "../build/index.js";

export { default } from "../build/index.js";

const isPanic = (error) => error instanceof WebAssembly.RuntimeError;
const waiting = new Set();
addEventListener("error", ({ error }) => isPanic(error) && waiting.forEach((fail) => fail(error)));

// Settles as the promise does, or fails when any Rust code panics.
function unlessPanic(promise) {
  const { promise: panic, reject } = Promise.withResolvers();
  waiting.add(reject);
  return Promise.race([promise, panic]).finally(() => waiting.delete(reject));
}

export class OrderFlow extends WorkflowEntrypoint {
  async run(event, step) {
    const taken = new Map();
    const take = (name, work, begin) => {
      if (!taken.has(name)) taken.set(name, { result: begin((context) => unlessPanic(taken.get(name).work(context))) });
      return Object.assign(taken.get(name), { work }).result;
    };
    const steps = {
      do: (name, config, work) => take(name, work, (again) => step.do(name, config, again)),
      sleep: (name, duration) => take(name, null, () => step.sleep(name, duration)),
      waitForEvent: (name, options) => take(name, null, () => step.waitForEvent(name, options)),
    };
    for (let lives = 10; ; lives -= 1) {
      try {
        return await unlessPanic(new RustOrderFlow(this.env).run(event, steps));
      } catch (error) {
        if (lives === 0 || !isPanic(error)) throw error;
      }
    }
  }
}
