//! A secret that can be compared, and nothing else.

use std::fmt;

use wasm_bindgen::prelude::wasm_bindgen;

const SHORTEST: usize = 32;

#[wasm_bindgen]
extern "C" {
    /// The runtime's own comparison. It takes as long for a wrong first byte as for a wrong
    /// last one, so that nobody can find the secret byte by byte. The lengths must be equal.
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = timingSafeEqual)]
    fn timing_safe_equal(one: &[u8], other: &[u8]) -> bool;
}

/// It has neither `Display` nor `Serialize`: an answer with a secret in it does not compile.
pub struct Secret(String);

impl Secret {
    /// Refuses a text that could be guessed.
    pub fn new(text: String) -> Result<Self, String> {
        if text.chars().count() < SHORTEST {
            return Err(format!("must have {SHORTEST} characters or more"));
        }
        Ok(Self(text))
    }

    /// Whether somebody knows the secret. How long it is may be found out.
    pub fn is(&self, guess: &str) -> bool {
        self.0.len() == guess.len() && timing_safe_equal(self.0.as_bytes(), guess.as_bytes())
    }
}

/// Hides the secret from a log that prints whatever holds it.
impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_32_characters_or_more() {
        assert!(Secret::new("x".repeat(32)).is_ok());
        let refused = Secret::new("x".repeat(31));
        assert_eq!(refused.unwrap_err(), "must have 32 characters or more");
    }

    #[test]
    fn a_secret_does_not_show_when_it_is_printed() {
        let secret = Secret::new("open sesame, and be quick about it".into()).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
    }
}
