//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const DRAFTS: &str = "DRAFTS";
const TITLE: &str = "TITLE";

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub drafts: KvStore,
    pub title: String,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            drafts: env.kv(DRAFTS)?,
            title: env.var(TITLE)?.to_string(),
        })
    }
}
