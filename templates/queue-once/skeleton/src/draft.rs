//! A job as it was sent, and its validation.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::field_error::FieldError;
use crate::rules::{is_name, is_quantity};

/// A job that has not been validated yet.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Draft {
    key: Field<String>,
    item: Field<String>,
    quantity: Field<u32>,
}

/// A field that may be missing or have the wrong type, so that one response can list all errors.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum Field<T> {
    Given(T),
    Mistyped(IgnoredAny),
    #[default]
    #[serde(skip)]
    Missing,
}

const NAME: &str = "must be 1 to 64 letters, digits, dashes or underscores";
const QUANTITY: &str = "must be a whole number from 1 to 100";

impl Draft {
    /// Sets the draft's key if the sender chose none.
    pub fn or_key(mut self, make_key: impl FnOnce() -> String) -> Self {
        if matches!(self.key, Field::Missing) {
            self.key = Field::Given(make_key());
        }
        self
    }

    /// Returns the key, the item and the quantity. The error lists every invalid one.
    pub fn into_fields(self) -> Result<(String, String, u32), Vec<FieldError>> {
        let key = self.key.keeping(|key| is_name(key));
        let item = self.item.keeping(|item| is_name(item));
        let quantity = self.quantity.keeping(|pieces| is_quantity(*pieces));
        FieldError::check([
            (key.is_some(), "key", NAME),
            (item.is_some(), "item", NAME),
            (quantity.is_some(), "quantity", QUANTITY),
        ])?;
        Ok((
            key.unwrap_or_default(),
            item.unwrap_or_default(),
            quantity.unwrap_or_default(),
        ))
    }
}

impl<T> Field<T> {
    /// The value, if it is present and satisfies the rule.
    fn keeping(self, rule: impl FnOnce(&T) -> bool) -> Option<T> {
        match self {
            Self::Given(value) => Some(value).filter(rule),
            Self::Mistyped(_) | Self::Missing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Fields = (String, String, u32);

    fn check(body: &str) -> Result<Fields, Vec<FieldError>> {
        let draft: Draft = serde_json::from_str(body).unwrap();
        draft.or_key(|| "made-up".into()).into_fields()
    }

    fn wrong_fields(body: &str) -> Vec<&'static str> {
        let errors = check(body).unwrap_err();
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_sender_may_choose_the_key() {
        let key = |body| check(body).unwrap().0;
        assert_eq!(key(r#"{"key": "a", "item": "b", "quantity": 2}"#), "a");
        assert_eq!(key(r#"{"item": "b", "quantity": 2}"#), "made-up");
    }

    #[test]
    fn every_error_is_listed_at_once() {
        let fields = wrong_fields(r#"{"key": 7, "item": "a b", "quantity": 0}"#);
        assert_eq!(fields, ["key", "item", "quantity"]);
    }

    #[test]
    fn a_quantity_is_a_whole_number() {
        for quantity in ["1.5", r#""2""#, "null", "-1", "1e99"] {
            let body = format!(r#"{{"item": "honey", "quantity": {quantity}}}"#);
            assert_eq!(wrong_fields(&body), ["quantity"], "{quantity}");
        }
    }
}
