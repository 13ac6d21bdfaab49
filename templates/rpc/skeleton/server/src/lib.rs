//! The server: prices parcels for the workers that are bound to it.
//!
//! Each exported function is a method that they can call. This file is only the entry point;
//! `tariff.rs` has the prices.

mod bindings;
mod tariff;

use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};
use worker::{Context, Env, Request, Response, Result, event};

use bindings::{Bindings, ENV};

/// Returns the maximum weight of a parcel to a country, in grams; 0 if there is no parcel service.
#[wasm_bindgen(js_name = heaviestParcel)]
#[must_use]
pub fn heaviest_parcel(country: &str) -> u32 {
    tariff::zone(country).map_or(0, |(heaviest, ..)| heaviest)
}

/// Takes a `Parcel`, and returns an `Answer`.
///
/// # Errors
///
/// Throws at the caller if the argument is not a parcel, or if the server itself fails.
#[wasm_bindgen]
pub fn quote(parcel: JsValue) -> std::result::Result<JsValue, JsError> {
    let parcel = serde_wasm_bindgen::from_value(parcel)?;
    let surcharge = ENV.with(Bindings::new)?.surcharge_cents;
    let answer = tariff::quote(&parcel, surcharge);
    Ok(serde_wasm_bindgen::to_value(&answer)?)
}

/// A worker must have a `fetch` handler, although this one has no public address.
#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> Result<Response> {
    Response::error("this worker answers other workers", 404)
}
