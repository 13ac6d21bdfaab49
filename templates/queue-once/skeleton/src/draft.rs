//! A job as it was sent, and its validation.

use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::job::{Job, is_name, is_quantity};

/// A job that has not been validated yet.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Draft {
    key: Field<String>,
    item: Field<String>,
    quantity: Field<u32>,
}

/// A field that may be missing or have the wrong type, so that one response can list all flaws.
#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
enum Field<T> {
    Given(T),
    Mistyped(IgnoredAny),
    #[default]
    #[serde(skip)]
    Missing,
}

/// What is wrong with a draft: one sentence per invalid field.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Flaws(Vec<&'static str>);

const KEY: &str = "`key` must be 1 to 64 letters, digits, dashes or underscores";
const ITEM: &str = "`item` must be 1 to 64 letters, digits, dashes or underscores";
const QUANTITY: &str = "`quantity` must be a whole number from 1 to 100";

impl Draft {
    /// Sets the draft's key if the sender chose none.
    pub fn or_key(mut self, make_key: impl FnOnce() -> String) -> Self {
        if matches!(self.key, Field::Missing) {
            self.key = Field::Given(make_key());
        }
        self
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

impl TryFrom<Draft> for Job {
    type Error = Flaws;

    fn try_from(draft: Draft) -> Result<Self, Flaws> {
        let key = draft.key.keeping(|key| is_name(key));
        let item = draft.item.keeping(|item| is_name(item));
        let quantity = draft.quantity.keeping(|pieces| is_quantity(*pieces));
        let flaws = [
            key.is_none().then_some(KEY),
            item.is_none().then_some(ITEM),
            quantity.is_none().then_some(QUANTITY),
        ];
        match (key, item, quantity) {
            (Some(key), Some(item), Some(quantity)) => Ok(Self {
                key,
                item,
                quantity,
            }),
            _ => Err(Flaws(flaws.into_iter().flatten().collect())),
        }
    }
}

impl fmt::Display for Flaws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str) -> Result<Job, Flaws> {
        let draft: Draft = serde_json::from_str(body).unwrap();
        draft.or_key(|| "made-up".into()).try_into()
    }

    #[test]
    fn a_sender_may_choose_the_key() {
        let key = |body| check(body).unwrap().key;
        assert_eq!(key(r#"{"key": "a", "item": "b", "quantity": 2}"#), "a");
        assert_eq!(key(r#"{"item": "b", "quantity": 2}"#), "made-up");
    }

    #[test]
    fn every_flaw_is_listed_at_once() {
        let flaws = check(r#"{"key": 7, "item": "a b", "quantity": 0}"#);
        assert_eq!(flaws, Err(Flaws(vec![KEY, ITEM, QUANTITY])));
    }

    #[test]
    fn a_quantity_is_a_whole_number() {
        for quantity in ["1.5", r#""2""#, "null", "-1", "1e99"] {
            let body = format!(r#"{{"item": "honey", "quantity": {quantity}}}"#);
            assert_eq!(check(&body), Err(Flaws(vec![QUANTITY])), "{quantity}");
        }
    }
}
