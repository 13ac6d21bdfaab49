//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "NOTES";

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub db: KvStore,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self { db: env.kv(NOTES)? })
    }
}
