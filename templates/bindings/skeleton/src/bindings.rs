//! The bindings declared in `wrangler.toml`, all read and validated in one place. Each name is
//! written here once.

use serde::{Deserialize, Serialize};
use worker::Env;
use worker::js_sys::Reflect;
use worker::kv::KvStore;

use crate::flaws::Flaws;
use crate::limits::Table;
use crate::secret::Secret;
use crate::settings::{Settings, Title};

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
    pub public: Public,
}

/// The part of the bindings that anyone may read.
#[derive(Serialize)]
pub struct Public {
    pub settings: Settings,
    pub version: Version,
}

/// The deployment of the worker that handles the request.
#[derive(Serialize, Deserialize)]
pub struct Version {
    id: String,
    tag: String,
    timestamp: String,
}

impl Bindings {
    /// Reads all bindings. The error lists everything that is wrong, not only the first flaw.
    pub fn new(env: &Env) -> Result<Self, Flaws> {
        let mut flaws = Flaws::default();
        let notices = flaws.sift(NOTICES, read(env, NOTICES, Env::kv));
        let write_token = flaws.sift(WRITE_TOKEN, secret(env).and_then(Secret::new));
        let settings = settings(env, &mut flaws);
        // The crate has no accessor for version metadata, but it is an object like a table in
        // `[vars]`.
        let version = flaws.sift(VERSION, read(env, VERSION, Env::object_var));
        let (Some(notices), Some(write_token), Some(settings), Some(version)) =
            (notices, write_token, settings, version)
        else {
            return Err(flaws);
        };
        Ok(Self {
            notices,
            write_token,
            public: Public { settings, version },
        })
    }
}

fn settings(env: &Env, flaws: &mut Flaws) -> Option<Settings> {
    let title = text(env, BOARD_TITLE).and_then(Title::new);
    let posting = text(env, POSTING).and_then(|word| word.parse());
    let title = flaws.sift(BOARD_TITLE, title);
    let posting = flaws.sift(POSTING, posting);
    let table: Option<Table> = flaws.sift(LIMITS, read(env, LIMITS, Env::object_var));
    let limits = table.and_then(|table| table.check(LIMITS, flaws));
    Some(Settings {
        title: title?,
        posting: posting?,
        limits: limits?,
    })
}

fn text(env: &Env, name: &str) -> Result<String, String> {
    read(env, name, Env::var).map(|value| value.to_string())
}

fn secret(env: &Env) -> Result<String, String> {
    read(env, WRITE_TOKEN, Env::secret).map(|value| value.to_string())
}

/// Calls an accessor of the worker crate, unless the value is `null`: the accessors would hang
/// on that, and a variable that was set in the dashboard can be `null`.
fn read<T>(
    env: &Env,
    name: &str,
    accessor: impl FnOnce(&Env, &str) -> worker::Result<T>,
) -> Result<T, String> {
    if Reflect::get(env, &name.into()).is_ok_and(|value| value.is_null()) {
        return Err("is null".into());
    }
    accessor(env, name).map_err(|cause| format!("cannot be read: {cause}"))
}
