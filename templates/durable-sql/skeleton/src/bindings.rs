//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, ObjectNamespace, Result};

const PANTRIES: &str = "PANTRIES";
const EXPIRES_AFTER_SECONDS: &str = "EXPIRES_AFTER_SECONDS";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub pantries: ObjectNamespace,
    pub expires_after_seconds: u32,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            pantries: env.durable_object(PANTRIES)?,
            expires_after_seconds: seconds(&env.var(EXPIRES_AFTER_SECONDS)?.to_string())?,
        })
    }
}

/// Parses a number of seconds: the worker crate can read only text from `[vars]`.
fn seconds(text: &str) -> Result<u32> {
    let number = text.parse();
    number.map_err(|_| format!("{EXPIRES_AFTER_SECONDS} must be whole seconds").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_are_read() {
        assert_eq!(seconds("86400").unwrap(), 86_400);
    }

    #[test]
    fn anything_else_is_an_error_that_names_the_variable() {
        for text in ["", "a day", "1.5", "-1"] {
            let error = seconds(text).unwrap_err().to_string();
            assert_eq!(error, "EXPIRES_AFTER_SECONDS must be whole seconds");
        }
    }
}
