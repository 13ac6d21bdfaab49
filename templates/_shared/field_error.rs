//! The invalid fields of a request: the `errors` in a JSON problem.

use serde::Serialize;

/// An invalid field or parameter, and what it must be.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    pub field: &'static str,
    pub message: &'static str,
}

impl FieldError {
    /// Lists an error for each rule that does not hold, if any.
    pub fn check<const N: usize>(
        rules: [(bool, &'static str, &'static str); N],
    ) -> Result<(), Vec<Self>> {
        let broken = rules.into_iter().filter(|(holds, ..)| !holds);
        let error = |(_, field, message)| Self { field, message };
        let errors: Vec<_> = broken.map(error).collect();
        errors.is_empty().then_some(()).ok_or(errors)
    }
}
