//! Items and moves, and the validation of their fields. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::error::Error;

// The messages in `error.rs` repeat these numbers.
/// How much of one item can be on one shelf.
pub const MOST: i64 = 1000;
const MOST_ITEMS: usize = 100;
const LONGEST_NAME: usize = 60;
const LONGEST_NOTE: usize = 200;

/// Something to put on a shelf. A count that JavaScript cannot represent exactly never gets
/// this far: parsing the body refuses it.
#[derive(Serialize, Deserialize)]
pub struct Item {
    pub shelf: String,
    pub name: String,
    pub count: i64,
    #[serde(default)]
    pub note: String,
}

/// A move from one shelf to another, or without `to` out of the pantry.
#[derive(Serialize, Deserialize)]
pub struct Move {
    pub name: String,
    pub count: i64,
    pub from: String,
    pub to: Option<String>,
}

impl Item {
    fn check(&self) -> Result<(), Error> {
        check_names([&self.shelf, &self.name])?;
        check_count(self.count)?;
        let is_short = self.note.chars().count() <= LONGEST_NOTE;
        is_short.then_some(()).ok_or(Error::LongNote)
    }
}

impl Move {
    pub fn check(&self) -> Result<(), Error> {
        check_names([&self.name, &self.from].into_iter().chain(&self.to))?;
        check_count(self.count)
    }
}

/// Validates a list of items. Its length is limited, because it is stored in one transaction.
pub fn check_all(items: &[Item]) -> Result<(), Error> {
    if !(1..=MOST_ITEMS).contains(&items.len()) {
        return Err(Error::BadList);
    }
    items.iter().try_for_each(Item::check)
}

fn check_names<'a>(names: impl IntoIterator<Item = &'a String>) -> Result<(), Error> {
    let fits = |name: &String| (1..=LONGEST_NAME).contains(&name.chars().count());
    let all_fit = names.into_iter().all(fits);
    all_fit.then_some(()).ok_or(Error::BadName)
}

fn check_count(count: i64) -> Result<(), Error> {
    let fits = (1..=MOST).contains(&count);
    fits.then_some(()).ok_or(Error::BadCount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, count: i64, note: &str) -> Result<(), Error> {
        let (shelf, name, note) = ("fridge".into(), name.into(), note.into());
        check_all(&[Item {
            shelf,
            name,
            count,
            note,
        }])
    }

    #[test]
    fn a_name_is_measured_in_characters() {
        assert!(check(&"é".repeat(60), 1, "").is_ok());
        for name in ["", &"é".repeat(61)] {
            assert!(matches!(check(name, 1, ""), Err(Error::BadName)));
        }
    }

    #[test]
    fn a_count_is_at_least_one_and_at_most_what_a_shelf_can_hold() {
        assert!(check("milk", 1, "").is_ok() && check("milk", 1000, "").is_ok());
        for count in [i64::MIN, -1, 0, 1001, i64::MAX] {
            assert!(matches!(check("milk", count, ""), Err(Error::BadCount)));
        }
    }

    #[test]
    fn a_note_may_be_empty_but_not_long() {
        assert!(check("milk", 1, &"é".repeat(200)).is_ok());
        let refused = check("milk", 1, &"é".repeat(201));
        assert!(matches!(refused, Err(Error::LongNote)));
    }

    #[test]
    fn a_move_may_omit_its_target_shelf_but_not_name_an_empty_one() {
        let step = |to: Option<&str>| Move {
            name: "milk".into(),
            count: 1,
            from: "fridge".into(),
            to: to.map(Into::into),
        };
        assert!(step(None).check().is_ok() && step(Some("door")).check().is_ok());
        assert!(matches!(step(Some("")).check(), Err(Error::BadName)));
    }
}
