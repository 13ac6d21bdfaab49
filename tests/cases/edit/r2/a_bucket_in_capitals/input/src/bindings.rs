//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "NOTES";
const TITLE: &str = "TITLE";

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub notes: KvStore,
    pub title: String,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            notes: env.kv(NOTES)?,
            title: env.var(TITLE)?.to_string(),
        })
    }
}
