//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, ObjectNamespace, Result};

const CHATROOMS: &str = "CHATROOMS";
const HISTORY_LENGTH: &str = "HISTORY_LENGTH";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub chatrooms: ObjectNamespace,
    /// How many messages a room keeps.
    pub history_length: i64,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        let length = env.var(HISTORY_LENGTH)?.to_string().parse::<u32>();
        // At least one, because the number of the next message is one more than that of the last.
        let rule = format!("{HISTORY_LENGTH} must be a whole number above 0");
        Ok(Self {
            chatrooms: env.durable_object(CHATROOMS)?,
            history_length: length.ok().filter(|length| *length > 0).ok_or(rule)?.into(),
        })
    }
}
