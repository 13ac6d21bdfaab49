//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Result, SendEmail};

const MAIL: &str = "MAIL";
const MAILBOX: &str = "MAILBOX";
const OWNER: &str = "OWNER";

/// The worker's bindings.
pub struct Bindings {
    pub mail: SendEmail,
    pub mailbox: String,
    pub owner: String,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            mail: env.send_email(MAIL)?,
            mailbox: env.var(MAILBOX)?.to_string(),
            owner: env.var(OWNER)?.to_string(),
        })
    }
}
