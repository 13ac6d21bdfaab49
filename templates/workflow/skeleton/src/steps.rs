//! The steps of a workflow. The worker crate has no types for them yet.

use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serde_wasm_bindgen::from_value;
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};
use worker::console_warn;
use worker::js_sys::Promise;
use worker::wasm_bindgen_futures::future_to_promise;

use crate::workflow::to_js;

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
extern "C" {
    /// The steps that a run takes, as `entry.mjs` passes them on.
    pub type Steps;
    #[wasm_bindgen(method, catch, js_name = "do")]
    async fn do_js(
        this: &Steps,
        name: &str,
        config: JsValue,
        work: &JsValue,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = sleep)]
    async fn sleep_js(this: &Steps, name: &str, duration: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = waitForEvent)]
    async fn wait_js(this: &Steps, name: &str, options: JsValue) -> Result<JsValue, JsValue>;
}

/// What an attempt is told: its number, from 1.
#[derive(Deserialize)]
pub struct Attempt {
    pub attempt: u32,
}

impl Steps {
    /// Runs `work`, and stores its result. An error of it is tried again. A run that goes on
    /// later gets the stored result instead, so everything with an effect belongs into a step.
    /// No two steps of a workflow may have the same name.
    pub async fn run<T, F>(&self, name: &str, config: &Value, work: F) -> worker::Result<T>
    where
        T: Serialize + DeserializeOwned,
        F: AsyncFn(Attempt) -> worker::Result<T> + 'static,
    {
        let work = Rc::new(work);
        let callback = Closure::<dyn Fn(JsValue) -> Promise>::new(move |attempt| {
            let work = Rc::clone(&work);
            future_to_promise(async move {
                let done = work(from_value(attempt)?).await;
                Ok(to_js(&done.inspect_err(|cause| console_warn!("{cause}"))?)?)
            })
        });
        let result = self.do_js(name, to_js(config)?, callback.as_ref()).await?;
        Ok(from_value(result)?)
    }

    pub async fn sleep(&self, name: &str, duration: &str) -> worker::Result<()> {
        self.sleep_js(name, duration).await?;
        Ok(())
    }

    /// Waits for an event, and returns its payload, or nothing if none has come by then. Fails if
    /// the payload has another type.
    pub async fn wait<T: DeserializeOwned>(
        &self,
        name: &str,
        kind: &str,
        timeout: &str,
    ) -> worker::Result<Option<T>> {
        let options = to_js(&json!({ "type": kind, "timeout": timeout }))?;
        match self.wait_js(name, options).await {
            Ok(event) => payload(event).map(Some),
            Err(cause) => {
                console_warn!("{}", worker::Error::from(cause));
                Ok(None)
            }
        }
    }
}

/// Returns the payload of an event. The one that starts a run has the instance's parameters.
pub fn payload<T: DeserializeOwned>(event: JsValue) -> worker::Result<T> {
    #[derive(Deserialize)]
    struct Event<T> {
        payload: T,
    }
    Ok(from_value::<Event<T>>(event)?.payload)
}
