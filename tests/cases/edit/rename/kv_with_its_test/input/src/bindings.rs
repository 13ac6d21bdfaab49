//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "NOTES";
const TITLE: &str = "TITLE";
const CACHE: &str = "CACHE";

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub notes: KvStore,
    pub title: String,
    #[expect(dead_code, reason = "nothing reads it yet")]
    pub cache: worker::KvStore,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            notes: env.kv(NOTES)?,
            title: env.var(TITLE)?.to_string(),
            cache: env.kv(CACHE)?,
        })
    }
}
