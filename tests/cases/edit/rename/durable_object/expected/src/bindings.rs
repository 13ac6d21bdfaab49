//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "NOTES";
const HALLS: &str = "HALLS";
const TITLE: &str = "TITLE";

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub notes: KvStore,
    pub halls: worker::ObjectNamespace,
    pub title: String,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            notes: env.kv(NOTES)?,
            halls: env.durable_object(HALLS)?,
            title: env.var(TITLE)?.to_string(),
        })
    }
}
