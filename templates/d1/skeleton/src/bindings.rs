//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{D1Database, Env, Result};

const DB: &str = "DB";

/// The worker's bindings.
pub struct Bindings {
    pub db: D1Database,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self { db: env.d1(DB)? })
    }
}
