use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Context, Env, Request, Response, Result, event};

/// How many there are of a kind, in one place.
///
/// # Errors
///
/// It has none of them.
#[wasm_bindgen(js_name = howMany)]
pub fn how_many(kind: &str, place: u32) -> std::result::Result<u32, JsValue> {
    Ok(kind.len() as u32 + place)
}

#[wasm_bindgen]
pub async fn order(kind: String, number: u32, is_urgent: bool, note: String, price_in_cents: f64) {}

#[wasm_bindgen]
pub fn lay_out(kind_of_the_thing: &str, number_of_the_things: u32, name_of_the_place: &str, price_in_cents: f64) -> bool {
    true
}

/// Takes what no call can carry.
#[wasm_bindgen]
pub fn carry(load: Load) -> Load {
    load
}

#[cfg(test)]
#[wasm_bindgen]
pub fn unseen() {}

#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> Result<Response> {
    Response::ok("")
}
