//! Calls the methods of the worker `shop`, which is bound as `SHOP`.

#![allow(dead_code, reason = "a method may be there before it is called")]

use worker::js_sys::{Object, Promise};
use worker::send::SendWrapper;
use worker::wasm_bindgen::convert::TryFromJsValue;
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Error, Fetcher, Result};

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    type Methods;

    #[wasm_bindgen(method, catch, js_name = howMany)]
    fn how_many(this: &Methods, kind: &str, place: u32) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn order(
        this: &Methods,
        kind: &str,
        number: u32,
        is_urgent: bool,
        note: &str,
        price_in_cents: f64,
    ) -> std::result::Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn lay_out(
        this: &Methods,
        kind_of_the_thing: &str,
        number_of_the_things: u32,
        name_of_the_place: &str,
        price_in_cents: f64,
    ) -> std::result::Result<Promise, JsValue>;
}

/// The other worker.
#[derive(Clone)]
pub struct Client(SendWrapper<Methods>);

impl From<Fetcher> for Client {
    fn from(worker: Fetcher) -> Self {
        Self(SendWrapper::new(worker.into_rpc()))
    }
}

impl Client {
    /// How many there are of a kind, in one place.
    pub async fn how_many(&self, kind: &str, place: u32) -> Result<u32> {
        let called = self.0.how_many(kind, place)?;
        answer(called).await
    }

    /// Calls `order`.
    pub async fn order(
        &self,
        kind: &str,
        number: u32,
        is_urgent: bool,
        note: &str,
        price_in_cents: f64,
    ) -> Result<()> {
        let called = self
            .0
            .order(kind, number, is_urgent, note, price_in_cents)?;
        answer(called).await
    }

    /// Calls `lay_out`.
    pub async fn lay_out(
        &self,
        kind_of_the_thing: &str,
        number_of_the_things: u32,
        name_of_the_place: &str,
        price_in_cents: f64,
    ) -> Result<bool> {
        let called = self.0.lay_out(
            kind_of_the_thing,
            number_of_the_things,
            name_of_the_place,
            price_in_cents,
        )?;
        answer(called).await
    }
}

/// Waits for an answer. An error means that the other worker failed, is not there, or
/// answers something else.
async fn answer<T: TryFromJsValue>(called: Promise) -> Result<T> {
    let answer = JsFuture::from(called).await?;
    T::try_from_js_value(answer)
        .map_err(|other| Error::RustError(format!("an answer of another type: {other:?}")))
}
