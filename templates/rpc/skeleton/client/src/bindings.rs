//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Result};

use crate::postage::{PostageService, QuoteService};

const POSTAGE: &str = "POSTAGE";

/// The worker's bindings. The server is there twice: with the calls generated from
/// `wit/postage.wit`, and with the one written by hand.
pub struct Bindings {
    pub postage: PostageService,
    pub quotes: QuoteService,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        let server = env.service(POSTAGE)?;
        Ok(Self {
            postage: server.clone().into(),
            quotes: server.into(),
        })
    }
}
