//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, ObjectNamespace, Result};

const PAGES: &str = "PAGES";
const SAMPLE_PERCENT: &str = "SAMPLE_PERCENT";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub pages: ObjectNamespace,
    pub sample_percent: u32,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            pages: env.durable_object(PAGES)?,
            sample_percent: percent(&env.var(SAMPLE_PERCENT)?.to_string())?,
        })
    }
}

/// Parses a percentage: the worker crate can read only text from `[vars]`.
fn percent(text: &str) -> Result<u32> {
    let percent: Option<u32> = text.parse().ok();
    let fitting = percent.filter(|percent| *percent <= 100);
    fitting.ok_or_else(|| format!("{SAMPLE_PERCENT} must be from 0 to 100").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_read_and_nothing_else() {
        assert_eq!(percent("0").unwrap(), 0);
        assert_eq!(percent("100").unwrap(), 100);
        for text in ["", "101", "-1", "1.5", "all"] {
            let error = percent(text).unwrap_err().to_string();
            assert_eq!(error, "SAMPLE_PERCENT must be from 0 to 100");
        }
    }
}
