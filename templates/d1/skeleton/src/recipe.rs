//! A recipe, and the validation of its fields. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::field_error::FieldError;

const TITLE: &str = "must be trimmed, 1 to 80 characters";
const MINUTES: &str = "must be from 1 to 1440";
const INGREDIENTS: &str = "must be 1 to 40";
const TEXTS: &str = "must be trimmed, 1 to 60 characters";

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

/// A recipe in a list: a row of its table.
#[derive(Serialize, Deserialize)]
pub struct Summary {
    pub id: u32,
    pub title: String,
    pub minutes: Option<i32>,
}

/// A complete recipe, as returned to clients.
#[derive(Serialize)]
pub struct Recipe {
    #[serde(flatten)]
    pub summary: Summary,
    pub ingredients: Vec<Ingredient>,
}

impl Draft {
    /// Lists the rules that the recipe breaks, if any.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let in_time = self
            .minutes
            .is_none_or(|minutes| (1..=1440).contains(&minutes));
        // Each ingredient is a query, and on the free plan one request may run 50.
        let is_list = (1..=40).contains(&self.ingredients.len());
        let texts_fit = self.ingredients.iter().all(Ingredient::fits);
        FieldError::check([
            (fits(&self.title, 80), "title", TITLE),
            (in_time, "minutes", MINUTES),
            (is_list, "ingredients", INGREDIENTS),
            (texts_fit, "ingredients", TEXTS),
        ])
    }
}

impl Ingredient {
    fn fits(&self) -> bool {
        let mut texts = self.amount.iter().chain([&self.name]);
        texts.all(|text| fits(text, 60))
    }
}

fn fits(text: &str, longest: usize) -> bool {
    text.trim() == text && (1..=longest).contains(&text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PINCH: [Option<&str>; 40] = [Some("a pinch"); 40];

    fn errors(title: &str, minutes: Option<i32>, amounts: &[Option<&str>]) -> Vec<&'static str> {
        let ingredient = |amount: Option<&str>| Ingredient {
            name: "salt".into(),
            amount: amount.map(Into::into),
        };
        let draft = Draft {
            title: title.into(),
            minutes,
            ingredients: amounts.iter().copied().map(ingredient).collect(),
        };
        let errors = draft.check().err().unwrap_or_default();
        errors.iter().map(|error| error.message).collect()
    }

    #[test]
    fn a_title_is_measured_in_characters_and_has_no_surrounding_space() {
        assert_eq!(errors(&"é".repeat(80), None, &PINCH), [""; 0]);
        for title in ["", " ", " Pie", "Pie\n", &"é".repeat(81)] {
            assert_eq!(errors(title, None, &PINCH), [TITLE]);
        }
    }

    #[test]
    fn minutes_are_optional_and_fit_into_a_day() {
        for minutes in [None, Some(1), Some(1440)] {
            assert_eq!(errors("Pie", minutes, &[None]), [""; 0]);
        }
        for minutes in [i32::MIN, -1, 0, 1441] {
            assert_eq!(errors("Pie", Some(minutes), &[None]), [MINUTES]);
        }
    }

    #[test]
    fn a_recipe_has_a_few_ingredients_with_optional_amounts() {
        assert_eq!(errors("Pie", None, &[None; 41]), [INGREDIENTS]);
        assert_eq!(errors("Pie", None, &[None, Some("")]), [TEXTS]);
        assert_eq!(errors("", Some(0), &[]), [TITLE, MINUTES, INGREDIENTS]);
    }
}
