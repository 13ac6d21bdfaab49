//! The bindings declared in `wrangler.toml`, all read and validated in one place. Each name is
//! written here once.

use std::{collections::BTreeMap, fmt::Display};

use worker::{Env, console_error, js_sys::Object, kv::KvStore, wasm_bindgen::JsCast};

use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::settings::{Limits, Posting};

const NOTICES: &str = "NOTICES";
const BOARD_TITLE: &str = "BOARD_TITLE";
const POSTING: &str = "POSTING";
const LIMITS: &str = "LIMITS";
const WRITE_TOKEN: &str = "WRITE_TOKEN";
const VERSION: &str = "VERSION";

/// The worker's bindings, validated.
pub struct Bindings {
    pub notices: KvStore,
    pub write_token: Secret,
    pub title: String,
    pub posting: Posting,
    pub limits: Limits,
    /// The id, the tag and the time of the deployment that handles the request.
    pub version: BTreeMap<String, String>,
}

impl Bindings {
    /// Reads all bindings before it returns an error, so that the log names every invalid one.
    pub fn new(env: &Env) -> Result<Self> {
        // A variable that was set in the dashboard can be `null`, and the accessors hang on that.
        let object: &Object = env.unchecked_ref();
        if Object::values(object).iter().any(|value| value.is_null()) {
            return valid("a variable", Err("is null"));
        }
        let notices = valid(NOTICES, env.kv(NOTICES));
        let token = env.secret(WRITE_TOKEN).map(|token| token.to_string());
        let write_token = valid(WRITE_TOKEN, token.and_then(Secret::new));
        let title = valid(BOARD_TITLE, env.var(BOARD_TITLE));
        let posting = env.var(POSTING).map(|word| word.to_string());
        let posting = valid(POSTING, posting.and_then(Posting::parse));
        let limits = valid(LIMITS, env.object_var(LIMITS).and_then(Limits::check));
        // The crate has no accessor for version metadata, but it is an object like a table in
        // `[vars]`.
        let version = valid(VERSION, env.object_var(VERSION));
        Ok(Self {
            notices: notices?,
            write_token: write_token?,
            title: title?.to_string(),
            posting: posting?,
            limits: limits?,
            version: version?,
        })
    }
}

/// Logs why a binding is not valid.
fn valid<T>(name: &str, found: Result<T, impl Display>) -> Result<T> {
    found.map_err(|why| {
        console_error!("{name}: {why}");
        Error::Misconfigured
    })
}
