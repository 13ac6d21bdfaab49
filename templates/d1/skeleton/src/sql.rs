//! Every SQL statement of the worker. The tables are in `migrations/`.

/// The collation of the column makes comparisons of titles ignore the case of ASCII letters.
pub const LIST: &str = "
    SELECT id, title, minutes FROM recipes WHERE title > ?1 ORDER BY title LIMIT ?2";
pub const LIST_WITH_INGREDIENT: &str = "
    SELECT recipes.id, title, minutes
    FROM ingredients JOIN recipes ON recipes.id = recipe_id
    WHERE name = ?3 AND title > ?1 ORDER BY title LIMIT ?2";

pub const READ: &str = "SELECT id, title, minutes FROM recipes WHERE id = ?1";
pub const READ_INGREDIENTS: &str =
    "SELECT name, amount FROM ingredients WHERE recipe_id = ?1 ORDER BY position";

pub const ADD: &str = "
    INSERT INTO recipes (title, minutes) VALUES (?1, ?2) RETURNING id, title, minutes";
/// If the recipe's id is NULL, this is an ingredient of the recipe that was just added in the
/// same batch: ids only grow, so that recipe has the greatest.
pub const ADD_INGREDIENT: &str = "
    INSERT INTO ingredients (recipe_id, position, name, amount)
    VALUES (coalesce(?1, (SELECT max(id) FROM recipes)), ?2, ?3, ?4)";

pub const REPLACE: &str = "
    UPDATE recipes SET title = ?2, minutes = ?3 WHERE id = ?1 RETURNING id, title, minutes";
pub const REMOVE_INGREDIENTS: &str = "DELETE FROM ingredients WHERE recipe_id = ?1";

/// Deletes the ingredients, too, by `ON DELETE CASCADE`.
pub const REMOVE: &str = "DELETE FROM recipes WHERE id = ?1 RETURNING id";
