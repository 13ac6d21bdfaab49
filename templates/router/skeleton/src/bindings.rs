//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Result, RouteContext, kv::KvStore};

const ACCOUNTS: &str = "ACCOUNTS";
const DOCS_URL: &str = "DOCS_URL";
const UPLOAD_MEGABYTES: &str = "UPLOAD_MEGABYTES";

/// What the `Router` passes to a handler along with the request.
pub type Context = RouteContext<Bindings>;

/// The worker's bindings, looked up and parsed. The `Router` shares them with every handler.
pub struct Bindings {
    /// Each account as JSON, by its id.
    pub accounts: KvStore,
    pub docs_url: String,
    /// In bytes.
    pub longest_upload: u64,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing or invalid.
    pub fn new(env: &Env) -> Result<Self> {
        // The worker crate can read only text from `[vars]`.
        let megabytes = env.var(UPLOAD_MEGABYTES)?.to_string().parse::<u32>();
        let rule = format!("{UPLOAD_MEGABYTES} must be whole megabytes");
        Ok(Self {
            accounts: env.kv(ACCOUNTS)?,
            docs_url: env.var(DOCS_URL)?.to_string().trim_end_matches('/').into(),
            longest_upload: u64::from(megabytes.map_err(|_| rule)?) * 1_000_000,
        })
    }
}
