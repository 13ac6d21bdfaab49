//! What the wrangler file binds the worker to. Each name is written here once.
#![expect(dead_code, reason = "nothing asks for the bindings yet")]

use worker::{Env, Result};

const CACHE: &str = "CACHE";

/// The bindings, found.
pub struct Bindings {
    pub cache: worker::KvStore,
}

impl Bindings {
    /// Finds every binding, or says which one is missing or misspelt.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            cache: env.kv(CACHE)?,
        })
    }
}
