//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Fetcher, Result};

const ASSETS: &str = "ASSETS";

/// The worker's bindings.
pub struct Bindings {
    pub assets: Fetcher,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            assets: env.assets(ASSETS)?,
        })
    }
}
