//! The bindings declared in `wrangler.toml`. Each name is written here once.

use worker::{Env, Result};

use crate::workflow::Workflow;

const ORDERS: &str = "ORDERS";
const PAYMENT_TIMEOUT: &str = "PAYMENT_TIMEOUT";
const PACKING_TIME: &str = "PACKING_TIME";

/// The worker's bindings, looked up.
pub struct Bindings {
    pub orders: Workflow,
    pub payment_timeout: String,
    pub packing_time: String,
}

impl Bindings {
    /// Looks up every binding. The error names the one that is missing.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self {
            orders: env.get_binding(ORDERS)?,
            payment_timeout: env.var(PAYMENT_TIMEOUT)?.to_string(),
            packing_time: env.var(PACKING_TIME)?.to_string(),
        })
    }
}
