//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Error, Queue, Result};

use crate::ledger::Ledger;
use crate::verdict::Policy;

const JOBS: &str = "JOBS";
const DEAD_LETTERS: &str = "DEAD_LETTERS";
const LEDGER: &str = "LEDGER";
const QUEUE: &str = "QUEUE";
const DEAD_LETTER_QUEUE: &str = "DEAD_LETTER_QUEUE";
const MAX_ATTEMPTS: &str = "MAX_ATTEMPTS";
const RETRY_BASE_SECONDS: &str = "RETRY_BASE_SECONDS";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub jobs: Queue,
    pub dead_letters: Queue,
    pub ledger: Ledger,
    pub policy: Policy,
    queue: String,
    dead_letter_queue: String,
}

/// Where a batch of messages came from.
#[derive(Clone, Copy)]
pub enum Source {
    Jobs,
    DeadLetters,
    Unknown,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            jobs: env.queue(JOBS)?,
            dead_letters: env.queue(DEAD_LETTERS)?,
            ledger: Ledger::new(&env.durable_object(LEDGER)?)?,
            policy: Policy {
                max_attempts: number(env, MAX_ATTEMPTS)?,
                base_seconds: number(env, RETRY_BASE_SECONDS)?,
            },
            queue: env.var(QUEUE)?.to_string(),
            dead_letter_queue: env.var(DEAD_LETTER_QUEUE)?.to_string(),
        })
    }

    /// Returns which queue a batch came from, by the queue's name.
    pub fn source(&self, queue: &str) -> Source {
        if queue == self.queue {
            Source::Jobs
        } else if queue == self.dead_letter_queue {
            Source::DeadLetters
        } else {
            Source::Unknown
        }
    }
}

/// Parses a number from `[vars]`, where the worker crate can read only text.
fn number(env: &Env, name: &str) -> Result<u32> {
    let text = env.var(name)?.to_string();
    text.parse()
        .map_err(|_| Error::RustError(format!("`{name}` must be a whole number")))
}
