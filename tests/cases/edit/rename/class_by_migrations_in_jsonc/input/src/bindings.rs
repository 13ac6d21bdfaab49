//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "NOTES";
const ROOMS: &str = "ROOMS";
const TITLE: &str = "TITLE";

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub notes: KvStore,
    pub rooms: worker::ObjectNamespace,
    pub title: String,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            notes: env.kv(NOTES)?,
            rooms: env.durable_object(ROOMS)?,
            title: env.var(TITLE)?.to_string(),
        })
    }
}
