//! Which rule of the tables a change would have broken. No Worker types here.
//!
//! The rules are in the migrations. The database holds them even when two requests come at
//! the same time, which a look into the tables beforehand could not. It names the broken
//! rule in the text of its error, and nowhere else.

use crate::error::Error;

/// Finds the refusal that a broken rule means for the client.
pub fn broken_in(cause: &str) -> Option<Error> {
    let names = |rule| cause.contains(rule);
    if names("UNIQUE constraint failed: recipes.title") {
        Some(Error::TitleTaken)
    } else if names("UNIQUE constraint failed: ingredients.recipe_id, ingredients.name") {
        Some(Error::IngredientTwice)
    } else if names("FOREIGN KEY constraint failed") {
        // Only ingredients refer to something: to their recipe.
        Some(Error::NoRecipe)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_of_the_tables_means_a_refusal() {
        for (rule, refusal) in [
            ("UNIQUE constraint failed: recipes.title", "TitleTaken"),
            (
                "UNIQUE constraint failed: ingredients.recipe_id, ingredients.name",
                "IngredientTwice",
            ),
            ("FOREIGN KEY constraint failed", "NoRecipe"),
        ] {
            let found = broken_in(&format!("D1_ERROR: {rule}: SQLITE_CONSTRAINT"));
            assert_eq!(format!("{:?}", found.unwrap()), refusal);
        }
    }

    #[test]
    fn any_other_cause_is_no_refusal() {
        for cause in [
            "D1_ERROR: no such table: recipes: SQLITE_ERROR",
            "D1_ERROR: NOT NULL constraint failed: recipes.title: SQLITE_CONSTRAINT",
        ] {
            assert!(broken_in(cause).is_none());
        }
    }
}
