//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Result};

use crate::store::Accounts;

const ACCOUNTS: &str = "ACCOUNTS";
const DOCS_URL: &str = "DOCS_URL";
const UPLOAD_MEGABYTES: &str = "UPLOAD_MEGABYTES";

/// The worker's bindings, looked up and parsed. The `Router` shares them with every handler.
pub struct Bindings {
    pub accounts: Accounts,
    pub docs_url: String,
    /// In bytes.
    pub longest_upload: u64,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            accounts: Accounts::new(env.kv(ACCOUNTS)?),
            docs_url: env.var(DOCS_URL)?.to_string(),
            longest_upload: bytes(&env.var(UPLOAD_MEGABYTES)?.to_string())?,
        })
    }
}

/// Parses megabytes, and converts them to bytes: the worker crate can read only text from
/// `[vars]`.
fn bytes(megabytes: &str) -> Result<u64> {
    let number: u32 = megabytes
        .parse()
        .map_err(|_| format!("{UPLOAD_MEGABYTES} must be whole megabytes"))?;
    Ok(u64::from(number) * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_megabytes_are_read() {
        assert_eq!(bytes("10").unwrap(), 10_000_000);
        assert_eq!(bytes("100000").unwrap(), 100_000_000_000);
    }

    #[test]
    fn anything_else_is_an_error_that_names_the_variable() {
        for text in ["", "ten", "1.5", "-1", "10 MB"] {
            let error = bytes(text).unwrap_err().to_string();
            assert_eq!(error, "UPLOAD_MEGABYTES must be whole megabytes");
        }
    }
}
