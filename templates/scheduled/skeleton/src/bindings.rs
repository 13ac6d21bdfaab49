//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Result};

use crate::logbook::Logbook;

const LOGBOOK: &str = "LOGBOOK";
const KEEP_DAYS: &str = "KEEP_DAYS";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub logbook: Logbook,
    pub keep_days: u16,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            logbook: Logbook(env.kv(LOGBOOK)?),
            keep_days: days(&env.var(KEEP_DAYS)?.to_string())?,
        })
    }
}

/// Parses a number of days: the worker crate can read only text from `[vars]`.
fn days(text: &str) -> Result<u16> {
    let number = text.parse();
    number.map_err(|_| format!("{KEEP_DAYS} must be a whole number of days").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_of_days_is_read() {
        assert_eq!(days("30").unwrap(), 30);
    }

    #[test]
    fn anything_else_is_an_error_that_names_the_variable() {
        for text in ["", "a week", "1.5", "-1", "65536"] {
            let error = days(text).unwrap_err().to_string();
            assert_eq!(error, "KEEP_DAYS must be a whole number of days");
        }
    }
}
