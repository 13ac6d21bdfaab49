//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "NOTES";
const CACHE: &str = "CACHE";

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub db: KvStore,
    #[expect(dead_code, reason = "nothing reads it yet")]
    pub cache: worker::KvStore,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            db: env.kv(NOTES)?,
            cache: env.kv(CACHE)?,
        })
    }
}
