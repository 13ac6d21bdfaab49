//! The calls to the server.

use contract::{Answer, Parcel};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::js_sys::{Object, Promise};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Fetcher, Result};

pub use generated::{Postage, PostageService};

/// The calls of `wit/postage.wit`, as `build.rs` writes them: the trait `Postage`, and
/// `PostageService`, which has it.
#[allow(clippy::pedantic, dead_code, reason = "nobody edits this code")]
mod generated {
    use worker::async_trait;

    include!(concat!(env!("OUT_DIR"), "/postage.rs"));
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    type QuoteSys;

    #[wasm_bindgen(method, catch)]
    fn quote(this: &QuoteSys, parcel: JsValue) -> std::result::Result<Promise, JsValue>;
}

/// The call that takes and gives more than primitives, which worker-codegen cannot write.
/// Serde carries the values across.
pub struct QuoteService(QuoteSys);

impl QuoteService {
    /// Asks what a parcel costs. An error means that the server failed or is not there;
    /// a parcel that it refuses is an answer.
    pub async fn quote(&self, parcel: &Parcel) -> Result<Answer> {
        let parcel = serde_wasm_bindgen::to_value(parcel)?;
        let answer = JsFuture::from(self.0.quote(parcel)?).await?;
        Ok(serde_wasm_bindgen::from_value(answer)?)
    }
}

impl From<Fetcher> for QuoteService {
    fn from(server: Fetcher) -> Self {
        Self(server.into_rpc())
    }
}
