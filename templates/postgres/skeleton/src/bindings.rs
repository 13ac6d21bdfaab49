//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Hyperdrive, Result};

const DATABASE: &str = "DATABASE";

/// The worker's bindings.
pub struct Bindings {
    pub database: Hyperdrive,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            database: env.hyperdrive(DATABASE)?,
        })
    }
}
