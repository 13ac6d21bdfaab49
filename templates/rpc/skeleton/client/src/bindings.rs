//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Fetcher, Result};

const POSTAGE: &str = "POSTAGE";

/// The worker's bindings.
pub struct Bindings {
    pub postage: Fetcher,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            postage: env.service(POSTAGE)?,
        })
    }
}
