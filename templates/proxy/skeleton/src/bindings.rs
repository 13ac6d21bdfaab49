//! The bindings declared in `wrangler.toml`. Each name is written here once.

use std::time::Duration;

use worker::{Env, RateLimiter, Result};

const LIMITER: &str = "LIMITER";
const UPSTREAM: &str = "UPSTREAM";
const PATIENCE_MS: &str = "PATIENCE_MS";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub limiter: RateLimiter,
    pub upstream: String,
    pub patience: Duration,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            limiter: env.rate_limiter(LIMITER)?,
            upstream: origin(env.var(UPSTREAM)?.to_string())?,
            patience: milliseconds(&env.var(PATIENCE_MS)?.to_string())?,
        })
    }
}

/// Accepts an origin. A path would be prepended to each path of a request without a slash.
fn origin(text: String) -> Result<String> {
    let host = text
        .strip_prefix("https://")
        .or(text.strip_prefix("http://"));
    if host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@'])) {
        return Ok(text);
    }
    Err(format!("{UPSTREAM} must be like https://example.com").into())
}

/// Parses a duration: the worker crate can read only text from `[vars]`.
fn milliseconds(text: &str) -> Result<Duration> {
    let number = text.parse().map(Duration::from_millis);
    number.map_err(|_| format!("{PATIENCE_MS} must be whole milliseconds").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_a_scheme_and_a_host_and_maybe_a_port() {
        for text in ["https://example.com", "http://localhost:8000"] {
            assert_eq!(origin(text.into()).unwrap(), text);
        }
    }

    #[test]
    fn anything_else_is_an_error_that_names_the_variable() {
        for text in [
            "",
            "example.com",
            "https://",
            "https://a.example/b",
            "ftp://a.example",
        ] {
            let error = origin(text.into()).unwrap_err().to_string();
            assert_eq!(error, "UPSTREAM must be like https://example.com");
        }
    }

    #[test]
    fn whole_milliseconds_are_read() {
        assert_eq!(milliseconds("1500").unwrap(), Duration::from_millis(1500));
        assert!(milliseconds("1.5").is_err());
    }
}
