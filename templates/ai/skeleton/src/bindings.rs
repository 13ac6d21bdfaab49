//! The bindings declared in `wrangler.toml`. Each name is written here once.

use wasm_bindgen::JsCast;
use worker::{Ai, Env, Fetcher, Result};

const AI: &str = "AI";
const MODEL: &str = "MODEL";
const EMBEDDING_MODEL: &str = "EMBEDDING_MODEL";
const INSTRUCTIONS: &str = "INSTRUCTIONS";

/// The worker's bindings.
pub struct Bindings {
    pub ai: Ai,
    pub model: String,
    pub embedding_model: String,
    pub instructions: String,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        // In tests, a stub takes the place of Workers AI, and that is a service.
        let stub = |_| env.get_binding::<Fetcher>(AI).map(JsCast::unchecked_into);
        Ok(Self {
            ai: env.ai(AI).or_else(stub)?,
            model: env.var(MODEL)?.to_string(),
            embedding_model: env.var(EMBEDDING_MODEL)?.to_string(),
            instructions: env.var(INSTRUCTIONS)?.to_string(),
        })
    }
}
