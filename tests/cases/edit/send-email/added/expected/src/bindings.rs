//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "NOTES";
const TITLE: &str = "TITLE";
const MAIL: &str = "MAIL";

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub notes: KvStore,
    pub title: String,
    pub mail: worker::SendEmail,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            notes: env.kv(NOTES)?,
            title: env.var(TITLE)?.to_string(),
            mail: env.send_email(MAIL)?,
        })
    }
}
