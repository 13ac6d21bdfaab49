//! The binding of a workflow, and its instances. The worker crate has no types for them yet.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::{JsCast, JsValue, wasm_bindgen};
use worker::EnvBinding;

#[wasm_bindgen(js_sys = worker::js_sys, wasm_bindgen_futures = worker::wasm_bindgen_futures)]
extern "C" {
    /// The binding of a workflow.
    pub type Workflow;
    #[wasm_bindgen(method, catch, js_name = create)]
    async fn create_js(this: &Workflow, options: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = get)]
    async fn get_js(this: &Workflow, id: &str) -> Result<JsValue, JsValue>;

    /// One instance of a workflow.
    pub type Instance;
    #[wasm_bindgen(method, catch, js_name = status)]
    async fn status_js(this: &Instance) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = restart)]
    async fn restart_js(this: &Instance) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = sendEvent)]
    async fn send_js(this: &Instance, event: JsValue) -> Result<JsValue, JsValue>;
}

impl EnvBinding for Workflow {
    const TYPE_NAME: &'static str = "Workflow";

    /// Does not compare the name of the class, which differs under wrangler.
    fn get(binding: JsValue) -> worker::Result<Self> {
        Ok(binding.unchecked_into())
    }
}

impl Workflow {
    /// Creates an instance, which starts at once. Fails if there is one with that id.
    pub async fn create<T: Serialize>(&self, id: &str, params: &T) -> worker::Result<()> {
        let options = to_js(&json!({ "id": id, "params": params }))?;
        self.create_js(options).await?;
        Ok(())
    }

    /// Looks up an instance. Fails if there is none with that id.
    pub async fn get(&self, id: &str) -> worker::Result<Instance> {
        Ok(self.get_js(id).await?.unchecked_into())
    }
}

/// What is known of an instance: `output` is there when it is complete.
#[derive(Serialize, Deserialize)]
pub struct Status<T> {
    pub status: String,
    pub output: Option<T>,
}

impl Instance {
    pub async fn status<T: DeserializeOwned>(&self) -> worker::Result<Status<T>> {
        Ok(from_value(self.status_js().await?)?)
    }

    /// Runs the instance again from its first step.
    pub async fn restart(&self) -> worker::Result<()> {
        self.restart_js().await?;
        Ok(())
    }

    /// Sends an event, which the runtime keeps until the instance waits for one of its kind.
    pub async fn send<T: Serialize>(&self, kind: &str, payload: &T) -> worker::Result<()> {
        let event = to_js(&json!({ "type": kind, "payload": payload }))?;
        self.send_js(event).await?;
        Ok(())
    }
}

/// Converts a value to a JavaScript value as JSON has it.
pub fn to_js<T: Serialize>(value: &T) -> worker::Result<JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}
