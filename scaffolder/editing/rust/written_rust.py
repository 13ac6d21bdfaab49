"""The Rust that kinds write as a whole, in forms for the versions of the `worker` crate, the newest first.

Not here: bindings (`env_accessors.py`), clients of other workers (`client_module.py`), and what a version has
(`worker_api.py`).
"""

from __future__ import annotations

from scaffolder.editing.rust.worker_api import RustText

SCHEDULED = RustText(
    """
/// Runs at the times of the cron triggers in the wrangler file.
#[worker::event(scheduled)]
async fn scheduled(
    event: worker::ScheduledEvent,
    _env: worker::Env,
    _context: worker::ScheduleContext,
) {
    worker::console_log!("cron {}", event.cron());
}
""",
    needs=("event(scheduled)",),
)

EACH_MESSAGE = RustText(
    """
/// Handles batches of messages from the queues that the wrangler file lists as consumed.
///
/// An acknowledged message is not delivered again; after `message.retry()` it is. To deserialize
/// the bodies, give `MessageBatch` their type and iterate over `batch.iter()`.
#[worker::event(queue)]
async fn queue(
    batch: worker::MessageBatch<String>,
    _env: worker::Env,
    _context: worker::Context,
) -> worker::Result<()> {
    for message in batch.raw_iter() {
        worker::console_log!("from {}: {:?}", batch.queue(), message.body());
        worker::MessageExt::ack(&message);
    }
    Ok(())
}
""",
    needs=("event(queue)", "MessageBatch::raw_iter"),
)

WHOLE_BATCH = RustText(
    """
/// Handles batches of messages from the queues that the wrangler file lists as consumed.
///
/// The whole batch is acknowledged; if the handler fails, or after `batch.retry_all()`, all of it is
/// delivered again. To deserialize the bodies, give `MessageBatch` their type.
#[worker::event(queue)]
async fn queue(
    batch: worker::MessageBatch<String>,
    _env: worker::Env,
    _context: worker::Context,
) -> worker::Result<()> {
    for message in batch.iter() {
        worker::console_log!("from {}: {:?}", batch.queue(), message?.body);
    }
    Ok(())
}
""",
    needs=("event(queue)", "MessageBatch::iter"),
)
"""The handler for versions in which no single message can be acknowledged."""

QUEUES = (EACH_MESSAGE, WHOLE_BATCH)

EMAIL = RustText(
    """
/// Handles each e-mail that Email Routing sends to the worker.
///
/// One that is neither forwarded, as by `message.forward("you@example.com").await?`, nor rejected
/// is lost.
#[worker::event(email)]
async fn email(
    message: worker::ForwardableEmailMessage,
    _env: worker::Env,
    _context: worker::Context,
) -> worker::Result<()> {
    worker::console_log!("an e-mail of {} bytes", message.raw_size());
    message.set_reject("nobody reads this mailbox yet");
    Ok(())
}
""",
    needs=("event(email)",),
)

STRUCT = """\
//! A Durable Object that counts its requests in a `SQLite` database of its own.

use std::collections::HashMap;

// The attribute expands to paths that begin with it.
use worker::wasm_bindgen;
use worker::{{DurableObject, Env, Request, Response, Result, SqlStorage, State}};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS counts (id INTEGER PRIMARY KEY, count INTEGER)";
const COUNT: &str =
    "INSERT INTO counts VALUES (1, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count";

/// `fetch` is the only handler of the object.
#[worker::durable_object(fetch)]
pub struct {0} {{
    sql: SqlStorage,
}}

impl DurableObject for {0} {{
    fn new(state: State, _env: Env) -> Self {{
        let sql = state.storage().sql();
        Self {{ sql }}
    }}

    /// Returns the number of requests so far as JSON, including this one.
    async fn fetch(&self, _request: Request) -> Result<Response> {{
        // Not in `new`, which cannot return an error.
        self.sql.exec(TABLE, None)?;
        let row: HashMap<String, u32> = self.sql.exec(COUNT, None)?.one()?;
        Response::from_json(&row)
    }}
}}
"""

WITHOUT_SQL = """\
//! A Durable Object that counts its requests in its storage.

use std::collections::HashMap;

// All of it, since the attribute expands to paths into what the crate exports.
use worker::*;

#[durable_object]
pub struct {0} {{
    state: State,
}}

#[durable_object]
impl DurableObject for {0} {{
    fn new(state: State, _env: Env) -> Self {{
        Self {{ state }}
    }}

    /// Returns the number of requests so far as JSON, including this one.
    async fn fetch(&mut self, _request: Request) -> Result<Response> {{
        let mut storage = self.state.storage();
        let count = match storage.get::<u32>("count").await {{
            Ok(count) => count + 1,
            Err(error) if error.to_string().contains("No such value") => 1,
            Err(error) => return Err(error),
        }};
        storage.put("count", count).await?;
        Response::from_json(&HashMap::from([("count", count)]))
    }}
}}
"""

WITH_IMPORT = STRUCT.replace("{{DurableObject, ", "{{")

STRUCTS = (
    RustText(STRUCT, ("durable_object that imports nothing",)),
    RustText(WITH_IMPORT, ("durable_object without a dependency on wasm-bindgen", "SqlStorage")),
    RustText(WITHOUT_SQL, ("Env::durable_object",), until="0.6.0"),
)
"""The module in its forms: the attribute imported its trait once, and before that it was written on the `impl`, too."""
