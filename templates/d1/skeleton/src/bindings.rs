//! What `wrangler.toml` binds the worker to. The name is written here once.

use worker::{D1Database, Env, Result};

const DB: &str = "DB";

/// The bindings, found.
pub struct Bindings {
    pub db: D1Database,
}

impl Bindings {
    /// Finds every binding, or says which one is missing or misspelt.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self { db: env.d1(DB)? })
    }
}
