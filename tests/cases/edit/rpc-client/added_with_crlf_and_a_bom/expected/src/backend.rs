//! Calls the methods of the worker `shop`, which is bound as `BACKEND`.

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

    #[wasm_bindgen(method, catch)]
    fn greet(this: &Methods, name: &str) -> std::result::Result<Promise, JsValue>;
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
    /// Calls `greet`, which stands for a method that the other worker has: put its name, its
    /// arguments and its answer here, and one more for each further method.
    pub async fn greet(&self, name: &str) -> Result<String> {
        let called = self.0.greet(name)?;
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
