//! A secret that can only be compared.

use std::fmt;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The runtime's constant-time comparison. It takes as long for a wrong first byte as for
    /// a wrong last one, so that nobody can guess the secret byte by byte. The lengths must be
    /// equal.
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = timingSafeEqual)]
    fn timing_safe_equal(one: &[u8], other: &[u8]) -> bool;
}

/// It implements neither `Display` nor `Serialize`: a response with a secret in it does not
/// compile.
pub struct Secret(String);

impl Secret {
    /// Refuses a text that is short enough to be guessed.
    pub fn new(text: String) -> worker::Result<Self> {
        let secret = (text.chars().count() >= 32).then_some(Self(text));
        secret.ok_or("must have 32 characters or more".into())
    }

    /// Whether the guess is the secret. Its length, but nothing else, can leak through timing.
    pub fn is(&self, guess: &str) -> bool {
        self.0.len() == guess.len() && timing_safe_equal(self.0.as_bytes(), guess.as_bytes())
    }
}

/// Hides the secret when a value that contains it is printed.
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
        assert!(Secret::new("é".repeat(32)).is_ok());
        let refused = Secret::new("é".repeat(31)).unwrap_err();
        assert_eq!(refused.to_string(), "must have 32 characters or more");
    }

    #[test]
    fn a_secret_is_hidden_when_printed() {
        let secret = Secret::new("open sesame, and be quick about it".into()).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
    }
}
