"""The struct of a Durable Object in front of a container, in forms for the versions of the `worker` crate.

Not here: other structs (`written_rust.py`).
"""

from __future__ import annotations

from scaffolder.editing.rust.worker_api import RustText

CONTAINER = """\
//! A Durable Object that passes its requests on to a container.

use std::time::Duration;

// The attribute expands to paths that begin with it.
use worker::wasm_bindgen;
use worker::{{
    Delay, DurableObject, Env, Error, Fetcher, IntoResponse, Request, Response, Result, State,
}};

/// The port that the program in the container listens on.
const PORT: u16 = 80;

/// How often the port is tried while the container starts, and the pause before the next time.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// `fetch` is the only handler of the object.
#[worker::durable_object(fetch)]
pub struct {0} {{
    state: State,
}}

impl DurableObject for {0} {{
    fn new(state: State, _env: Env) -> Self {{
        Self {{ state }}
    }}

    /// Passes a request on to the container, which the first one starts.
    async fn fetch(&self, request: Request) -> Result<Response> {{
        let Some(container) = self.state.container() else {{
            return Response::error("containers are turned off here", 503);
        }};
        let is_new = !container.running();
        if is_new {{
            container.start(None)?;
        }}
        let port = container.get_tcp_port(PORT)?;
        if is_new {{
            wait_for(&port).await;
        }}
        let answer = port.fetch_request(request).await?;
        // Of the crate `http`, if that feature is on.
        let raw = answer.into_raw().map_err(|cause| {{
            let cause: Box<dyn std::error::Error> = cause.into();
            Error::RustError(cause.to_string())
        }})?;
        Ok(raw.into())
    }}
}}

/// Waits until the program in the container answers, or for as long as it may take.
async fn wait_for(port: &Fetcher) {{
    for _ in 0..TRIES {{
        if port.fetch("http://container/", None).await.is_ok() {{
            return;
        }}
        Delay::from(PAUSE).await;
    }}
}}
"""

WITH_IMPORT = CONTAINER.replace(
    """\
use worker::{{
    Delay, DurableObject, Env, Error, Fetcher, IntoResponse, Request, Response, Result, State,
}};""",
    "use worker::{{Delay, Env, Error, Fetcher, IntoResponse, Request, Response, Result, State}};",
)

CONTAINER_STRUCTS = (
    RustText(CONTAINER, ("durable_object that imports nothing", "State::container")),
    RustText(WITH_IMPORT, ("durable_object without a dependency on wasm-bindgen", "State::container")),
)
"""The module in its forms: the attribute imported its trait once."""
