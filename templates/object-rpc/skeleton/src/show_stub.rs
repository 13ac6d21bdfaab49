//! The stub of a show: calls the methods of the object, wherever it runs.

use serde_wasm_bindgen::{from_value, to_value};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::Result;

use crate::contract::{Answer, Plan, Reservation, Seats};

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
extern "C" {
    /// A stub as JavaScript sees it: each of its methods sends a call.
    pub type ShowStub;
    #[wasm_bindgen(method, catch, js_name = plan)]
    async fn call_plan(this: &ShowStub) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = reserve)]
    async fn call_reserve(this: &ShowStub, reservation: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = release)]
    async fn call_release(this: &ShowStub, seat: u32) -> Result<JsValue, JsValue>;
}

impl Seats for ShowStub {
    async fn plan(&self) -> Result<Plan> {
        Ok(from_value(self.call_plan().await?)?)
    }

    async fn reserve(&self, reservation: Reservation) -> Result<Answer<Reservation>> {
        let reservation = to_value(&reservation)?;
        Ok(from_value(self.call_reserve(reservation).await?)?)
    }

    async fn release(&self, seat: u32) -> Result<Answer<()>> {
        Ok(from_value(self.call_release(seat).await?)?)
    }
}
