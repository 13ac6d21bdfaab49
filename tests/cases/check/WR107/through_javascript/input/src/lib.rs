use worker::*;

#[wasm_bindgen(module = "/src/store.js")]
extern "C" {
    fn store(env: &Env);
}
