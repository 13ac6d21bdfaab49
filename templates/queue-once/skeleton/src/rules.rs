//! The rules for the fields of a job and for names in paths.

/// Whether this is a valid key or item name. Such a name needs no escaping in a path.
pub fn is_name(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(is_legal)
}

/// Whether a job may take this many pieces.
pub fn is_quantity(pieces: u32) -> bool {
    (1..=100).contains(&pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_a_name() {
        assert!(is_name("2f1c8a52-9b0e-4d0e-8a53-0c7f4a1f5b11"));
    }

    #[test]
    fn a_name_is_neither_empty_nor_long() {
        assert!(!is_name(""));
        assert!(is_name(&"a".repeat(64)));
        assert!(!is_name(&"a".repeat(65)));
    }

    #[test]
    fn a_name_needs_no_escaping_in_a_path() {
        assert!(!is_name("two words"));
        assert!(!is_name("a/b"));
        assert!(!is_name("naïve"));
    }

    #[test]
    fn a_job_takes_at_least_one_piece() {
        assert!(!is_quantity(0));
        assert!(is_quantity(1));
        assert!(is_quantity(100));
        assert!(!is_quantity(101));
    }
}
