//! Maps violated constraints of the database to errors. No Worker types here.
//!
//! The constraints are in the migrations. The database enforces them even when two requests
//! come at the same time, which checking the tables beforehand could not. Only the text of its
//! error names the violated constraint.

use crate::error::Error;

/// Returns the error that a violated constraint means for the client.
pub fn broken_in(cause: &str) -> Option<Error> {
    let names = |rule| cause.contains(rule);
    if names("UNIQUE constraint failed: recipes.title") {
        Some(Error::TitleTaken)
    } else if names("UNIQUE constraint failed: ingredients.recipe_id, ingredients.name") {
        Some(Error::IngredientTwice)
    } else if names("FOREIGN KEY constraint failed") {
        // The only foreign key is that from an ingredient to its recipe.
        Some(Error::NoRecipe)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_constraint_maps_to_an_error() {
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
    fn other_causes_map_to_none() {
        for cause in [
            "D1_ERROR: no such table: recipes: SQLITE_ERROR",
            "D1_ERROR: NOT NULL constraint failed: recipes.title: SQLITE_CONSTRAINT",
        ] {
            assert!(broken_in(cause).is_none());
        }
    }
}
