// The worker with pages that fail: each begins with a table that lacks the column for visits. Only
// the tests start it.

import worker, { Page as RustPage } from "../build/index.js";

export default worker;
export * from "../build/index.js";

export class Page {
  constructor(state, env) {
    state.storage.sql.exec("CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY)");
    return new RustPage(state, env);
  }
}
