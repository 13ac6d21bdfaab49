// Stands in for what only Cloudflare has: answers every request of other workers and of a dispatch namespace's, returns
// the input of every model of Workers AI, has one value for all secrets of a store, and one vector in every index.

import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

class Dispatched extends RpcTarget {
  #name;

  constructor(name) {
    super();
    this.#name = name;
  }

  fetch() {
    return new Response(`a stub of ${this.#name}`);
  }
}

export default class extends WorkerEntrypoint {
  fetch() {
    return new Response("a stub");
  }

  run(model, input) {
    return { model, input };
  }

  get(worker) {
    return worker === undefined ? "a test value" : new Dispatched(worker);
  }

  query() {
    return { count: 1, matches: [{ id: "a stub", score: 1 }] };
  }

  upsert(vectors) {
    return { ids: vectors.map(({ id }) => id), mutationId: "a stub" };
  }

  deleteByIds(ids) {
    return { ids, mutationId: "a stub" };
  }
}
