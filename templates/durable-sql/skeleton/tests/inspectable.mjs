// The worker with pantries that a test can inspect. Only the tests start it.
//
// The harness runs SQL in an object through a method that it adds to the class, and workerd
// allows such calls only for classes that extend its own. A class from Rust does not, so it is
// wrapped in one that does.

import { DurableObject } from "cloudflare:workers";
import worker, { Pantry as RustPantry } from "../build/index.js";

export default worker;
export * from "../build/index.js";

export class Pantry extends DurableObject {
  #pantry;

  async fetch(request) {
    return (await this.#start()).fetch(request);
  }

  async alarm() {
    return (await this.#start()).alarm();
  }

  // The first event creates the real pantry, not the constructor, so that a test can set up old
  // tables before. Its migrations hold back the timer, as they do any event.
  async #start() {
    this.#pantry ??= new RustPantry(this.ctx, this.env);
    await scheduler.wait(0);
    return this.#pantry;
  }
}
