//! Collects everything that is wrong with the bindings, so that one look at the log is enough.

use std::fmt;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Flaws(Vec<String>);

impl Flaws {
    /// Returns a valid value; of an invalid one, records the reason under its name.
    pub fn sift<T>(&mut self, name: &str, found: Result<T, String>) -> Option<T> {
        found
            .map_err(|why| self.0.push(format!("{name} {why}")))
            .ok()
    }
}

/// For a binding that is looked up with `?` and not collected.
impl From<worker::Error> for Flaws {
    fn from(cause: worker::Error) -> Self {
        Self(vec![cause.to_string()])
    }
}

impl fmt::Display for Flaws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_value_is_returned_and_records_no_flaw() {
        let mut flaws = Flaws::default();
        assert_eq!(flaws.sift("PORT", Ok(7)), Some(7));
        assert_eq!(flaws, Flaws::default());
    }

    #[test]
    fn every_flaw_is_recorded_under_its_name() {
        let mut flaws = Flaws::default();
        assert_eq!(flaws.sift::<u8>("PORT", Err("is missing".into())), None);
        assert_eq!(flaws.sift::<u8>("HOST", Err("is empty".into())), None);
        assert_eq!(flaws.to_string(), "PORT is missing\nHOST is empty");
    }
}
