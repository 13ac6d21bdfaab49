//! Random ids, from the runtime's own function: a crate for them would need a source of
//! randomness of its own.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Returns 36 characters, such as `0f8fad5b-d9cb-469f-a165-70867728950e`.
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    pub fn random_uuid() -> String;
}
