//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, ObjectNamespace, Result};

const SHOWS: &str = "SHOWS";
const SEATS: &str = "SEATS";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub shows: ObjectNamespace,
    pub seats: u32,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            shows: env.durable_object(SHOWS)?,
            seats: number(&env.var(SEATS)?.to_string())?,
        })
    }
}

/// Parses a number of seats: the worker crate can read only text from `[vars]`.
fn number(text: &str) -> Result<u32> {
    let number: Option<u32> = text.parse().ok();
    let fitting = number.filter(|number| (1..=1000).contains(number));
    fitting.ok_or_else(|| format!("{SEATS} must be from 1 to 1000").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_show_has_one_to_a_thousand_seats() {
        assert_eq!(number("1").unwrap(), 1);
        assert_eq!(number("1000").unwrap(), 1000);
        for text in ["", "0", "1001", "-1", "many"] {
            let error = number(text).unwrap_err().to_string();
            assert_eq!(error, "SEATS must be from 1 to 1000");
        }
    }
}
