// The module that workerd starts. It passes everything on from the Rust. The runtime lets others
// call the methods of an object only if its class extends `DurableObject`, which a class from Rust
// cannot, so it is made to here.

import { DurableObject } from "cloudflare:workers";
import { Show } from "../build/index.js";

export { default, Show } from "../build/index.js";

for (const Class of [Show]) {
  Object.setPrototypeOf(Class, DurableObject);
  Object.setPrototypeOf(Class.prototype, DurableObject.prototype);
  // Methods that wasm-bindgen adds for JavaScript in this worker. A caller could break the object
  // with them.
  for (const name of ["free", "__destroy_into_raw"]) delete Class.prototype[name];
}
