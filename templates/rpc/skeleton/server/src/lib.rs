//! The server: what a parcel costs, for other workers that are bound to this one.
//!
//! Each exported function is a method that they can call. This file only wires;
//! `tariff.rs` knows the prices.

mod bindings;
mod tariff;

use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};
use worker::{Context, Env, Request, Response, Result, event};

use bindings::Bindings;

/// Which tariff is in force.
#[wasm_bindgen]
#[must_use]
pub fn tariff() -> String {
    tariff::NAME.into()
}

/// The heaviest parcel that may go to a country, in grams: 0 where none may go.
#[wasm_bindgen(js_name = heaviestParcel)]
#[must_use]
pub fn heaviest_parcel(country: &str) -> u32 {
    tariff::heaviest(country)
}

/// Takes a `Parcel`, and gives an `Answer`.
///
/// # Errors
///
/// What is no parcel is thrown back at the caller; so is a fault of the server's own.
#[wasm_bindgen]
pub fn quote(parcel: JsValue) -> std::result::Result<JsValue, JsError> {
    let parcel = serde_wasm_bindgen::from_value(parcel)?;
    let answer = tariff::quote(&parcel, Bindings::current()?.surcharge_cents);
    Ok(serde_wasm_bindgen::to_value(&answer)?)
}

/// A worker has to answer `fetch`, though this one has no address to be fetched from.
#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> Result<Response> {
    Response::error("this worker answers other workers", 404)
}
