//! The bindings declared in `wrangler.toml`. Each name is written here once.

use std::time::Duration;

use http::Uri;
use worker::{Env, Result};

const UPSTREAM: &str = "UPSTREAM";
const PATIENCE_MS: &str = "PATIENCE_MS";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    pub upstream: Uri,
    pub patience: Duration,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            upstream: origin(&env.var(UPSTREAM)?.to_string())?,
            patience: milliseconds(&env.var(PATIENCE_MS)?.to_string())?,
        })
    }
}

/// Parses an origin. Plain `http` is for local servers.
fn origin(text: &str) -> Result<Uri> {
    let uri: Uri = text.parse().unwrap_or_default();
    match (uri.scheme_str(), uri.path(), uri.query()) {
        (Some("http" | "https"), "/", None) => Ok(uri),
        _ => Err(format!("{UPSTREAM} must be like https://example.com").into()),
    }
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
            assert_eq!(origin(text).unwrap(), text);
        }
    }

    #[test]
    fn anything_else_is_an_error_that_names_the_variable() {
        let path = "https://example.com/path";
        for text in ["", "example.com", "ftp://example.com", path] {
            let error = origin(text).unwrap_err().to_string();
            assert_eq!(error, "UPSTREAM must be like https://example.com");
        }
    }

    #[test]
    fn whole_milliseconds_are_read() {
        assert_eq!(milliseconds("1500").unwrap(), Duration::from_millis(1500));
        assert!(milliseconds("1.5").is_err());
    }
}
