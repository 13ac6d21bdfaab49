//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "DRAFTS";
const TITLE: &str = "TITLE";

macro_rules! strange {
    ($name:ident) => {};
}

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub drafts: KvStore,
    pub title: String,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        strange!(NOTES);
        Ok(Self {
            drafts: env.kv(NOTES)?,
            title: env.var(TITLE)?.to_string(),
        })
    }
}
