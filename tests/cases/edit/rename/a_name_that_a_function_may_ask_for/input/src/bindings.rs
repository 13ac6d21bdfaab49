//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "NOTES";

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
            title: text(env, "TITLE")?,
        })
    }
}

/// Reads text.
fn text(env: &Env, name: &str) -> Result<String> {
    Ok(env.var(name)?.to_string())
}
