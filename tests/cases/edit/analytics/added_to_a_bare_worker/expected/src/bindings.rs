//! What the wrangler file binds the worker to. Each name is written here once.
#![expect(dead_code, reason = "nothing asks for the bindings yet")]

use worker::{Env, Result};

const VISITS: &str = "VISITS";

/// The bindings, found.
pub struct Bindings {
    /// None on this machine, where the stand-in has a class that the worker crate does not take.
    pub visits: Option<worker::AnalyticsEngineDataset>,
}

impl Bindings {
    /// Finds every binding, or says which one is missing or misspelt.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            visits: env.analytics_engine(VISITS).ok(),
        })
    }
}
