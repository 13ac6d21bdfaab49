//! Maps errors of the database to errors of this worker.
//!
//! The constraints are in the migrations. The database enforces them even when two requests
//! come at the same time, which checking the tables beforehand could not. Only the text of its
//! error names the violated constraint.

use crate::error::Error;
use crate::field_error::FieldError;

const TWICE: &str = "must name each ingredient once";

/// Recognizes an error by its text, because `all` returns a different kind of error than
/// `batch`, `first` and `run` do.
impl From<worker::Error> for Error {
    fn from(cause: worker::Error) -> Self {
        violated_in(&cause.to_string()).unwrap_or(Self::Platform(cause))
    }
}

/// Returns the error that a violated constraint means for the client.
fn violated_in(cause: &str) -> Option<Error> {
    let names = |constraint| cause.contains(constraint);
    if names("UNIQUE constraint failed: recipes.title") {
        Some(Error::TitleTaken)
    } else if names("UNIQUE constraint failed: ingredients.recipe_id, ingredients.name") {
        let (field, message) = ("ingredients", TWICE);
        Some(Error::Invalid(vec![FieldError { field, message }]))
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

    fn violated(constraint: &str) -> Option<Error> {
        violated_in(&format!("D1_ERROR: {constraint}: SQLITE_CONSTRAINT"))
    }

    #[test]
    fn each_constraint_maps_to_an_error() {
        let title = violated("UNIQUE constraint failed: recipes.title");
        assert!(matches!(title, Some(Error::TitleTaken)));
        let twice = violated("UNIQUE constraint failed: ingredients.recipe_id, ingredients.name");
        assert!(matches!(twice, Some(Error::Invalid(errors)) if errors[0].message == TWICE));
        let recipe = violated("FOREIGN KEY constraint failed");
        assert!(matches!(recipe, Some(Error::NoRecipe)));
    }

    #[test]
    fn other_causes_map_to_none() {
        assert!(violated("no such table: recipes").is_none());
        assert!(violated("NOT NULL constraint failed: recipes.title").is_none());
    }
}
