//! What `wrangler.toml` binds the worker to. Each name is written here once.

use worker::{Env, Result, Stub};

const BOOK: &str = "BOOK";

/// The bindings, found.
pub struct Bindings {
    /// The one guest book. Another name would be another object, with a table of its own.
    pub book: Stub,
}

impl Bindings {
    /// Finds every binding, or says which one is missing or misspelt.
    pub fn new(env: &Env) -> Result<Self> {
        let book = env.durable_object(BOOK)?.get_by_name("guests")?;
        Ok(Self { book })
    }
}
