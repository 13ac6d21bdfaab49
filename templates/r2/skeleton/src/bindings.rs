//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Bucket, Env, Result};

const BUCKET: &str = "BUCKET";

/// The worker's bindings.
pub struct Bindings {
    pub bucket: Bucket,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            bucket: env.bucket(BUCKET)?,
        })
    }
}
