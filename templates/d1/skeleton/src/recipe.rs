//! A recipe, and the validation of its fields. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::error::Error;

// The messages in `error.rs` repeat these numbers.
const LONGEST_TITLE: usize = 80;
const LONGEST_TEXT: usize = 60;
const MINUTES: std::ops::RangeInclusive<i32> = 1..=1440;
/// Each ingredient is a query, and on the free plan one request may run 50.
const MOST_INGREDIENTS: usize = 40;

/// A recipe as sent by clients. `None` is NULL in the database and `null` in JSON.
#[derive(Deserialize)]
pub struct Draft {
    pub title: String,
    pub minutes: Option<i32>,
    pub ingredients: Vec<Ingredient>,
}

/// One line of a recipe. Some, such as salt, need no amount.
#[derive(Serialize, Deserialize)]
pub struct Ingredient {
    pub name: String,
    pub amount: Option<String>,
}

/// A recipe in a list.
#[derive(Serialize, Deserialize)]
pub struct Summary {
    pub id: u32,
    pub title: String,
    pub minutes: Option<i32>,
}

/// A complete recipe, as returned to clients. Its row has no ingredients.
#[derive(Serialize, Deserialize)]
pub struct Recipe {
    pub id: u32,
    pub title: String,
    pub minutes: Option<i32>,
    #[serde(default)]
    pub ingredients: Vec<Ingredient>,
}

impl Draft {
    pub fn check(&self) -> Result<(), Error> {
        if !fits(&self.title, LONGEST_TITLE) {
            Err(Error::BadTitle)
        } else if !self.minutes.iter().all(|minutes| MINUTES.contains(minutes)) {
            Err(Error::BadMinutes)
        } else if !(1..=MOST_INGREDIENTS).contains(&self.ingredients.len()) {
            Err(Error::BadList)
        } else if !self.ingredients.iter().all(Ingredient::fits) {
            Err(Error::BadIngredient)
        } else {
            Ok(())
        }
    }
}

impl Ingredient {
    fn fits(&self) -> bool {
        let mut texts = self.amount.iter().chain([&self.name]);
        texts.all(|text| fits(text, LONGEST_TEXT))
    }
}

fn fits(text: &str, longest: usize) -> bool {
    text.trim() == text && (1..=longest).contains(&text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(title: &str, minutes: Option<i32>, amounts: &[Option<&str>]) -> Result<(), Error> {
        let ingredient = |amount: Option<&str>| Ingredient {
            name: "salt".into(),
            amount: amount.map(Into::into),
        };
        Draft {
            title: title.into(),
            minutes,
            ingredients: amounts.iter().copied().map(ingredient).collect(),
        }
        .check()
    }

    #[test]
    fn a_title_is_measured_in_characters_and_has_no_surrounding_space() {
        assert!(check(&"é".repeat(80), None, &[None]).is_ok());
        for title in ["", " ", " Pie", "Pie\n", &"é".repeat(81)] {
            assert!(matches!(check(title, None, &[None]), Err(Error::BadTitle)));
        }
    }

    #[test]
    fn minutes_are_optional_and_fit_into_a_day() {
        for minutes in [None, Some(1), Some(1440)] {
            assert!(check("Pie", minutes, &[None]).is_ok());
        }
        for minutes in [i32::MIN, -1, 0, 1441] {
            let refused = check("Pie", Some(minutes), &[None]);
            assert!(matches!(refused, Err(Error::BadMinutes)));
        }
    }

    #[test]
    fn a_recipe_has_a_few_ingredients_with_optional_amounts() {
        assert!(check("Pie", None, &[Some("a pinch"); 40]).is_ok());
        for amounts in [&[][..], &[None; 41]] {
            assert!(matches!(check("Pie", None, amounts), Err(Error::BadList)));
        }
        let refused = check("Pie", None, &[None, Some("")]);
        assert!(matches!(refused, Err(Error::BadIngredient)));
    }
}
