//! The bindings declared in `wrangler.toml`. Each name is written here once.

use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, Result};

const SURCHARGE_CENTS: &str = "SURCHARGE_CENTS";
const HIGHEST_SURCHARGE: u32 = 100_000;

// Unlike `fetch`, a method does not get the `Env` as an argument, so import it from the runtime.
#[wasm_bindgen(module = "cloudflare:workers")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = env)]
    static ENV: Env;
}

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub surcharge_cents: u32,
}

impl Bindings {
    /// The bindings of the running worker.
    pub fn current() -> Result<Self> {
        ENV.with(Self::new)
    }

    /// Looks up every binding. The error names the one that is missing or invalid.
    fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            surcharge_cents: cents(&env.var(SURCHARGE_CENTS)?.to_string())?,
        })
    }
}

/// Parses an amount: the worker crate can read only text from `[vars]`. It is limited, so that no
/// sum of prices can overflow.
fn cents(text: &str) -> Result<u32> {
    let amount: Option<u32> = text.parse().ok();
    let fitting = amount.filter(|cents| *cents <= HIGHEST_SURCHARGE);
    let flaw = || format!("{SURCHARGE_CENTS} must be whole cents, {HIGHEST_SURCHARGE} at most");
    fitting.ok_or_else(|| flaw().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_cents_are_read_and_nothing_else() {
        assert_eq!(cents("50").unwrap(), 50);
        assert_eq!(cents("100000").unwrap(), 100_000);
        for text in ["", "0.5", "-1", "much", "100001"] {
            let error = cents(text).unwrap_err().to_string();
            assert_eq!(error, "SURCHARGE_CENTS must be whole cents, 100000 at most");
        }
    }
}
