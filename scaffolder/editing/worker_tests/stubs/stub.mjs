// Stands in for other workers and for Workers AI: answers every request, and returns the input of every model.

import { WorkerEntrypoint } from "cloudflare:workers";

export default class extends WorkerEntrypoint {
  fetch() {
    return new Response("a stub");
  }

  run(model, input) {
    return { model, input };
  }
}
