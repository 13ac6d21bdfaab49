//! What the worker is bound to. Each name is written here and in wrangler.toml, and
//! nowhere else.

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
    /// Fails when wrangler.toml does not have what the code asks for.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            notes: Notes::new(env.kv(NOTES)?),
            cors_origin: HeaderValue::from_str(&env.var(CORS_ORIGIN)?.to_string())?,
        })
    }
}
