//! The bindings declared in `wrangler.toml`. Each name is written here once.

use std::num::NonZeroU32;

use worker::{Env, ObjectNamespace, Result};

const CHATROOMS: &str = "CHATROOMS";
const HISTORY_LENGTH: &str = "HISTORY_LENGTH";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub chatrooms: ObjectNamespace,
    /// How many messages a room keeps. It is at least one, because the number of the next
    /// message is one more than that of the last.
    pub history_length: NonZeroU32,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        let length = env.var(HISTORY_LENGTH)?.to_string();
        Ok(Self {
            chatrooms: env.durable_object(CHATROOMS)?,
            history_length: length
                .parse()
                .map_err(|_| format!("{HISTORY_LENGTH} must be a whole number above 0"))?,
        })
    }
}
