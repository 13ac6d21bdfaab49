//! The bindings declared in `wrangler.toml`. Each name is written here once.

use std::time::Duration;

use worker::{Env, Result};

const UPSTREAM: &str = "UPSTREAM";
const PATIENCE_MS: &str = "PATIENCE_MS";

/// The worker's bindings, looked up and parsed.
pub struct Bindings {
    /// A host and a port.
    pub upstream: (String, u16),
    pub patience: Duration,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            upstream: address(&env.var(UPSTREAM)?.to_string())?,
            patience: milliseconds(&env.var(PATIENCE_MS)?.to_string())?,
        })
    }
}

fn address(text: &str) -> Result<(String, u16)> {
    let parts = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
    let parsed = parts.and_then(|(host, port)| Some((host.into(), port.parse().ok()?)));
    parsed.ok_or_else(|| format!("{UPSTREAM} must be like whois.iana.org:43").into())
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
    fn an_address_has_a_host_and_a_port() {
        assert_eq!(address("[::1]:43").unwrap(), ("[::1]".into(), 43));
        for text in ["", ":43", "localhost", "localhost:", "localhost:65536"] {
            let error = address(text).unwrap_err().to_string();
            assert_eq!(error, "UPSTREAM must be like whois.iana.org:43");
        }
    }

    #[test]
    fn whole_milliseconds_are_read() {
        assert_eq!(milliseconds("1500").unwrap(), Duration::from_millis(1500));
        assert!(milliseconds("1.5").is_err());
    }
}
