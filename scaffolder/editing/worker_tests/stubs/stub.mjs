// What stands in for other workers, and for Workers AI: it answers every request, and a model's run with what
// the model was given.

import { WorkerEntrypoint } from "cloudflare:workers";

export default class extends WorkerEntrypoint {
  fetch() {
    return new Response("a stub");
  }

  run(model, input) {
    return { model, input };
  }
}
