"""The Rust of a workflow: the types for all workflows of a crate, and the module with the steps of one.

The `worker` crate has no such types. They need no further dependency.

Not here: the JavaScript in front (`workflow_entry.py`), and where the texts go (`kinds/workflow.py`).
"""

from __future__ import annotations

from scaffolder.editing.rust.types_module import TypesModule

NEEDS = ("Env::get_binding", "EnvBinding", "classes that survive a panic")

TYPES = TypesModule(
    "workflows",
    """\
//! Workflows and their steps, for which the worker crate has no types yet.

{allow}

use worker::js_sys::{Object, Promise, Reflect};
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::{JsFuture, future_to_promise};
use worker::{EnvBinding, Result};

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// The binding of a workflow.
    pub type Workflow;
    #[wasm_bindgen(method, catch, js_name = create)]
    fn create_js(this: &Workflow, options: &Object) -> Result<Promise>;
    #[wasm_bindgen(method, catch, js_name = get)]
    fn get_js(this: &Workflow, id: &str) -> Result<Promise>;

    /// One instance of a workflow.
    pub type Instance;
    #[wasm_bindgen(method, catch, js_name = status)]
    fn status_js(this: &Instance) -> Result<Promise>;
    #[wasm_bindgen(method, catch, js_name = sendEvent)]
    fn send_js(this: &Instance, event: &Object) -> Result<Promise>;

    /// The steps that an instance takes.
    pub type Steps;
    #[wasm_bindgen(method, catch, js_name = "do")]
    fn do_js(this: &Steps, name: &str, work: &JsValue) -> Result<Promise>;
    #[wasm_bindgen(method, catch, js_name = sleep)]
    fn sleep_js(this: &Steps, name: &str, duration: &str) -> Result<Promise>;
    #[wasm_bindgen(method, catch, js_name = waitForEvent)]
    fn wait_js(this: &Steps, name: &str, options: &Object) -> Result<Promise>;
}

impl EnvBinding for Workflow {
    const TYPE_NAME: &'static str = "Workflow";

    /// Does not compare the name of the class, which differs under wrangler.
    fn get(binding: JsValue) -> Result<Self> {
        Ok(binding.unchecked_into())
    }
}

impl Workflow {
    /// Creates an instance, which starts at once. Fails if there is one with that id.
    pub async fn create(&self, id: &str, params: &JsValue) -> Result<Instance> {
        let options = object(&[("id", &id.into()), ("params", params)])?;
        let created = JsFuture::from(self.create_js(&options)?).await?;
        Ok(created.unchecked_into())
    }

    /// Looks up an instance. Fails if there is none with that id.
    pub async fn get(&self, id: &str) -> Result<Instance> {
        let found = JsFuture::from(self.get_js(id)?).await?;
        Ok(found.unchecked_into())
    }
}

impl Instance {
    /// Returns an object with the `status`, and the `output` once that is `complete`.
    pub async fn status(&self) -> Result<JsValue> {
        Ok(JsFuture::from(self.status_js()?).await?)
    }

    /// Sends an event, which the runtime keeps until the instance waits for one of its kind.
    pub async fn send(&self, kind: &str, payload: &JsValue) -> Result<()> {
        let event = object(&[("type", &kind.into()), ("payload", payload)])?;
        JsFuture::from(self.send_js(&event)?).await?;
        Ok(())
    }
}

impl Steps {
    /// Does some work, and stores its result. An error of it is tried again. A run that goes on
    /// later gets the stored result instead. No two steps may have the same name.
    pub async fn run<W, F>(&self, name: &str, work: W) -> Result<JsValue>
    where
        W: Fn() -> F + 'static,
        F: std::future::Future<Output = Result<JsValue>> + 'static,
    {
        let attempt = Closure::<dyn Fn() -> Promise>::new(move || {
            let done = work();
            future_to_promise(async move { done.await.map_err(JsValue::from) })
        });
        Ok(JsFuture::from(self.do_js(name, attempt.as_ref())?).await?)
    }

    /// Sleeps for a duration such as `1 hour`, without the worker.
    pub async fn sleep(&self, name: &str, duration: &str) -> Result<()> {
        JsFuture::from(self.sleep_js(name, duration)?).await?;
        Ok(())
    }

    /// Waits for an event, and returns its payload. Fails if none has come by then.
    pub async fn wait(&self, name: &str, kind: &str, timeout: &str) -> Result<JsValue> {
        let options = object(&[("type", &kind.into()), ("timeout", &timeout.into())])?;
        payload(&JsFuture::from(self.wait_js(name, &options)?).await?)
    }
}

/// Returns the payload of an event. The one that starts a run has the instance's parameters.
pub fn payload(event: &JsValue) -> Result<JsValue> {
    Ok(Reflect::get(event, &"payload".into())?)
}

fn object(entries: &[(&str, &JsValue)]) -> Result<Object> {
    let made = Object::new();
    for (key, value) in entries {
        Reflect::set(&made, &JsValue::from_str(key), value)?;
    }
    Ok(made)
}
""",
    NEEDS,
)

STEPS = """\
//! The workflow `{name}`: what each of its instances does, step by step.

use worker::js_sys::Promise;
use worker::wasm_bindgen::{{self, prelude::*}};
use worker::wasm_bindgen_futures::future_to_promise;
use worker::{{Env, Result, console_log}};

use crate::workflows::{{Steps, payload}};

/// The class in the wrangler file, which `{stem}.mjs` wraps.
#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
pub struct {name} {{
    env: Env,
}}

#[wasm_bindgen]
impl {name} {{
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(env: Env) -> Self {{
        Self {{ env }}
    }}

    /// Runs an instance. If a step fails for the last time, the instance is `errored`.
    pub fn run(&self, event: JsValue, steps: Steps) -> Promise {{
        let env = self.env.clone();
        future_to_promise(async move {{
            let done = process(&env, &event, &steps).await;
            done.map_err(JsValue::from)
        }})
    }}
}}

/// Takes the steps. A run that goes on later begins at the top and gets the results of the steps
/// that it has taken, so whatever has an effect belongs into a step.
async fn process(_env: &Env, event: &JsValue, steps: &Steps) -> Result<JsValue> {{
    let params = payload(event)?;
    let work = move || {{
        let params = params.clone();
        async move {{
            console_log!("working on {{params:?}}");
            Ok(params)
        }}
    }};
    let result = steps.run("work", work).await?;
    steps.sleep("rest", "1 minute").await?;
    Ok(result)
}}
"""


def steps_of(name: str, stem: str) -> str:
    """Return the module with the steps of a workflow."""
    return STEPS.format(name=name, stem=stem)
