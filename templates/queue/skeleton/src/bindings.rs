//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Queue, Result};

use crate::pause::Pause;

const EVENTS: &str = "EVENTS";
const WEBHOOK_URL: &str = "WEBHOOK_URL";
const PATIENCE_MS: &str = "PATIENCE_MS";
const DEAD_LETTER_QUEUE: &str = "DEAD_LETTER_QUEUE";
const SHORTEST_PAUSE_SECONDS: &str = "SHORTEST_PAUSE_SECONDS";
const LONGEST_PAUSE_SECONDS: &str = "LONGEST_PAUSE_SECONDS";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub events: Queue,
    pub webhook_url: String,
    pub patience_ms: u32,
    pub dead_letter_queue: String,
    pub pause: Pause,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            events: env.queue(EVENTS)?,
            webhook_url: env.var(WEBHOOK_URL)?.to_string(),
            patience_ms: number(env, PATIENCE_MS)?,
            dead_letter_queue: env.var(DEAD_LETTER_QUEUE)?.to_string(),
            pause: Pause {
                shortest: number(env, SHORTEST_PAUSE_SECONDS)?,
                longest: number(env, LONGEST_PAUSE_SECONDS)?,
            },
        })
    }
}

/// Parses a number from `[vars]`, where the worker crate can read only text.
fn number(env: &Env, name: &str) -> Result<u32> {
    let text = env.var(name)?.to_string();
    let number = text.parse();
    number.map_err(|_| format!("`{name}` must be a whole number").into())
}
