//! The id by which a request can be found again: in the log, at the upstream, and by the
//! client, who gets it with every answer.

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

/// Keeps the client's id if it has a usable one, so that one id can follow a request
/// through several servers.
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
    fn a_usable_id_is_kept() {
        let id = HeaderValue::from_static("7f3a-42");
        let mut headers = HeaderMap::new();
        headers.insert(NAME, id.clone());
        assert_eq!(of(&headers).unwrap(), id);
    }

    #[test]
    fn an_id_that_a_log_could_not_hold_on_one_short_line_is_not() {
        for id in ["", "two words", "é", &"a".repeat(LONGEST + 1)] {
            assert!(!is_usable(&HeaderValue::from_str(id).unwrap()));
        }
    }
}
