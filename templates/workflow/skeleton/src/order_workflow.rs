//! The workflow: what happens to an order, step by step.

use serde_json::json;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::{Date, Env, Result, console_error};

use crate::bindings::Bindings;
use crate::order::{Fault, Order, Outcome, Payment};
use crate::steps::{Attempt, Steps, payload};
use crate::workflow::to_js;

pub const PAYMENT: &str = "payment";

/// The class in `wrangler.toml`, which `entry.mjs` wraps.
#[wasm_bindgen]
pub struct OrderFlow {
    env: Env,
}

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
impl OrderFlow {
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(env: Env) -> Self {
        Self { env }
    }

    /// Runs an instance.
    ///
    /// # Errors
    ///
    /// Throws if a step has failed for the last time. The instance is `errored` then.
    pub async fn run(&self, event: JsValue, steps: Steps) -> std::result::Result<JsValue, JsValue> {
        let outcome = self.process(payload(event)?, &steps).await;
        let outcome = outcome.inspect_err(|cause| console_error!("{cause}"))?;
        Ok(to_js(&outcome)?)
    }
}

impl OrderFlow {
    async fn process(&self, order: Order, steps: &Steps) -> Result<Outcome> {
        let bindings = Bindings::new(&self.env)?;
        // After the first failure the runtime waits a second, after the next one two, and so on.
        let retries = json!({ "limit": 3, "delay": "1 second", "backoff": "exponential" });
        let config = json!({ "retries": retries, "timeout": "1 minute" });
        let reserve = async move |Attempt { attempt }| reserve(&order, attempt);
        let reserved_at = steps.run("reserve", &config, reserve).await?;

        let paid = steps.wait("wait for payment", PAYMENT, &bindings.payment_timeout);
        let paid: Option<Payment> = paid.await?;
        let Some(payment) = paid else {
            return Ok(Outcome::Cancelled);
        };

        steps.sleep("pack", &bindings.packing_time).await?;
        let dispatch = async |_| Ok(Date::now().as_millis());
        Ok(Outcome::Dispatched {
            cents: payment.cents,
            reserved_at,
            dispatched_at: steps.run("dispatch", &config, dispatch).await?,
        })
    }
}

/// Reserves the items, and returns the time. A real one would ask the store room here.
fn reserve(order: &Order, attempt: u32) -> Result<u64> {
    match order.rehearse {
        Some(Fault::Error) if attempt == 1 => Err("a rehearsed error".into()),
        Some(Fault::Panic) if attempt == 1 => panic!("a rehearsed panic"),
        _ => Ok(Date::now().as_millis()),
    }
}
