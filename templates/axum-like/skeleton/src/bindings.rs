//! The bindings declared in `wrangler.toml`. Each name is written here once.

use axum::http::HeaderValue;
use worker::{Env, Result};

use crate::store::Notes;

const NOTES: &str = "NOTES";
const CORS_ORIGIN: &str = "CORS_ORIGIN";

/// The bindings of one request.
pub struct Bindings {
    pub notes: Notes,
    pub cors_origin: HeaderValue,
}

impl Bindings {
    /// Looks up every binding. Fails if one is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            notes: Notes(env.kv(NOTES)?),
            cors_origin: HeaderValue::from_str(&env.var(CORS_ORIGIN)?.to_string())?,
        })
    }
}
