//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Result, Stub};

const BOOK: &str = "BOOK";

/// The worker's bindings.
pub struct Bindings {
    /// The only guest book. Another name would mean another object with its own table.
    pub book: Stub,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        let book = env.durable_object(BOOK)?.get_by_name("guests")?;
        Ok(Self { book })
    }
}
