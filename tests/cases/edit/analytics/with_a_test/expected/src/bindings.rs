//! What the worker is bound to.

use worker::{Env, Result, kv::KvStore};

const NOTES: &str = "NOTES";
const TITLE: &str = "TITLE";
const VISITS: &str = "VISITS";

/// The bindings, found.
pub struct Bindings {
    /// Everything.
    pub notes: KvStore,
    pub title: String,
    /// None on this machine, where the stand-in has a class that the worker crate does not take.
    #[expect(dead_code, reason = "nothing reads it yet")]
    pub visits: Option<worker::AnalyticsEngineDataset>,
}

impl Bindings {
    /// Finds every binding.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            notes: env.kv(NOTES)?,
            title: env.var(TITLE)?.to_string(),
            visits: env.analytics_engine(VISITS).ok(),
        })
    }
}
