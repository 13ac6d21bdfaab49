//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Result};

use crate::postage::{PostageService, QuoteService};

const POSTAGE: &str = "POSTAGE";

/// The bindings. The server is there twice: with the calls that were written from
/// `wit/postage.wit`, and with the one that was written by hand.
pub struct Bindings {
    pub postage: PostageService,
    pub quotes: QuoteService,
}

impl Bindings {
    /// Finds the binding, or says that it is missing or misspelt.
    pub fn new(env: &Env) -> Result<Self> {
        let server = env.service(POSTAGE)?;
        Ok(Self {
            postage: server.clone().into(),
            quotes: server.into(),
        })
    }
}
