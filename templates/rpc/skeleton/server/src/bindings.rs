//! The bindings declared in `wrangler.toml`. Each name is written here once.

use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, Result};

const SURCHARGE_CENTS: &str = "SURCHARGE_CENTS";

// Unlike `fetch`, a method does not get the `Env` as an argument, so import it from the runtime.
#[wasm_bindgen(module = "cloudflare:workers")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = env)]
    pub static ENV: Env;
}

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub surcharge_cents: u32,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        // The worker crate can read only text from `[vars]`. No sum of prices can overflow.
        let cents = env.var(SURCHARGE_CENTS)?.to_string().parse::<u16>();
        let rule = format!("{SURCHARGE_CENTS} must be whole cents, 65535 at most");
        Ok(Self {
            surcharge_cents: cents.map_err(|_| rule)?.into(),
        })
    }
}
