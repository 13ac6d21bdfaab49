//! The request id, by which a request can be traced: it is in the log, goes to the upstream,
//! and is returned to the client.

use http::{HeaderMap, HeaderValue};
use worker::Result;
use worker::wasm_bindgen::{self, prelude::wasm_bindgen};

pub const NAME: &str = "x-request-id";
const LONGEST: usize = 100;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

/// Keeps the client's id if it sent a valid one, so that a request can be traced through
/// several servers.
pub fn of(headers: &HeaderMap) -> Result<HeaderValue> {
    match headers.get(NAME) {
        Some(id) if is_usable(id) => Ok(id.clone()),
        _ => Ok(random_uuid().try_into()?),
    }
}

fn is_usable(id: &HeaderValue) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_graphic();
    (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_id_is_kept() {
        let id = HeaderValue::from_static("7f3a-42");
        let mut headers = HeaderMap::new();
        headers.insert(NAME, id.clone());
        assert_eq!(of(&headers).unwrap(), id);
    }

    #[test]
    fn an_id_that_does_not_fit_on_one_short_line_of_a_log_is_not_kept() {
        for id in ["", "two words", "é", &"a".repeat(LONGEST + 1)] {
            assert!(!is_usable(&HeaderValue::from_str(id).unwrap()));
        }
    }
}
