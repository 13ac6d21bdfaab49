//! Items and moves, and the validation of their fields. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::field_error::FieldError;

/// How much of one item can be on one shelf.
pub const MOST: i64 = 1000;

const NAME: &str = "must have 1 to 60 characters";
const COUNT: &str = "must be from 1 to 1000";
const NOTE: &str = "may have 200 characters";
const ITEMS: &str = "must be 1 to 100";

/// All of one item on one shelf, as a row and in JSON. A count that JavaScript cannot represent
/// exactly never gets this far: parsing the body refuses it.
#[derive(Serialize, Deserialize)]
pub struct Item {
    pub shelf: String,
    pub name: String,
    pub count: i64,
    #[serde(default)]
    pub note: String,
    /// In milliseconds since 1970. Only the pantry sets it.
    #[serde(default)]
    pub expires_at: i64,
}

/// A move from one shelf to another, or without `to` out of the pantry.
#[derive(Deserialize)]
pub struct Move {
    pub name: String,
    pub count: i64,
    pub from: String,
    pub to: Option<String>,
}

/// Validates a list of items. Its length is limited, because it is stored in one transaction.
pub fn check_all(items: &[Item]) -> Result<(), Vec<FieldError>> {
    let notes_fit = items.iter().all(|item| item.note.chars().count() <= 200);
    let counts_fit = items.iter().all(|item| is_count(item.count));
    FieldError::check([
        ((1..=100).contains(&items.len()), "items", ITEMS),
        (items.iter().all(|item| is_name(&item.shelf)), "shelf", NAME),
        (items.iter().all(|item| is_name(&item.name)), "name", NAME),
        (counts_fit, "count", COUNT),
        (notes_fit, "note", NOTE),
    ])
}

pub fn check_move(step: &Move) -> Result<(), Vec<FieldError>> {
    FieldError::check([
        (is_name(&step.name), "name", NAME),
        (is_count(step.count), "count", COUNT),
        (is_name(&step.from), "from", NAME),
        (step.to.as_deref().is_none_or(is_name), "to", NAME),
    ])
}

fn is_name(text: &str) -> bool {
    (1..=60).contains(&text.chars().count())
}

fn is_count(count: i64) -> bool {
    (1..=MOST).contains(&count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(checked: Result<(), Vec<FieldError>>) -> Vec<&'static str> {
        let errors = checked.err().unwrap_or_default();
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn lengths_are_measured_in_characters() {
        assert!(is_name(&"é".repeat(60)) && !is_name("") && !is_name(&"é".repeat(61)));
        let with_note = |length| {
            let note = "é".repeat(length);
            let item = format!(r#"[{{"shelf":"a","name":"b","count":1,"note":"{note}"}}]"#);
            fields(check_all(
                &serde_json::from_str::<Vec<Item>>(&item).unwrap(),
            ))
        };
        assert_eq!(with_note(200), [""; 0]);
        assert_eq!(with_note(201), ["note"]);
    }

    #[test]
    fn a_count_is_at_least_one_and_at_most_what_a_shelf_can_hold() {
        assert!(is_count(1) && is_count(1000));
        assert!(![i64::MIN, -1, 0, 1001, i64::MAX].into_iter().any(is_count));
    }

    #[test]
    fn a_move_may_omit_its_target_shelf_but_not_name_an_empty_one() {
        let check = |json| check_move(&serde_json::from_str(json).unwrap());
        assert!(check(r#"{"name":"milk","count":1,"from":"door"}"#).is_ok());
        let wrong = check(r#"{"name":"","count":0,"from":"","to":""}"#);
        assert_eq!(fields(wrong), ["name", "count", "from", "to"]);
    }

    #[test]
    fn each_invalid_field_of_a_list_is_listed_once() {
        let check = |json| check_all(&serde_json::from_str::<Vec<Item>>(json).unwrap());
        assert!(check(r#"[{"shelf":"door","name":"milk","count":1}]"#).is_ok());
        assert_eq!(fields(check("[]")), ["items"]);
        let wrong = r#"{"shelf":"","name":"","count":0}"#;
        let wrong = check(&format!("[{wrong},{wrong}]"));
        assert_eq!(fields(wrong), ["shelf", "name", "count"]);
    }
}
