//! Stores recipes in the database.
//!
//! A batch is a transaction: its statements run in order, and if one fails, none takes effect.
//! `query!` binds values safely, and `None` as NULL.

use worker::{D1Database, D1PreparedStatement, D1Result, query};

use crate::error::{Error, Result};
use crate::page::{Page, Query};
use crate::recipe::{Draft, Ingredient, Recipe};
use crate::sql;

/// Queries one recipe more than fits on the page, to see whether another page follows.
pub async fn list(db: &D1Database, query: &Query) -> Result<Page> {
    let limit = query.limit + 1;
    let statement = match &query.ingredient {
        None => query!(db, sql::LIST, query.cursor, limit),
        Some(name) => query!(db, sql::LIST_WITH_INGREDIENT, query.cursor, limit, name),
    };
    let found = statement?.all().await?;
    Ok(Page::new(found.results()?, query.limit))
}

/// Reads both tables in one batch, so that nothing can change in between.
pub async fn read(db: &D1Database, id: u32) -> Result<Recipe> {
    let batch = vec![
        query!(db, sql::READ, id)?,
        query!(db, sql::READ_INGREDIENTS, id)?,
    ];
    let results = db.batch(batch).await?;
    recipe(&results, results[1].results()?)
}

pub async fn add(db: &D1Database, draft: Draft) -> Result<Recipe> {
    let mut batch = vec![query!(db, sql::ADD, draft.title, draft.minutes)?];
    batch.extend(add_ingredients(db, None, &draft.ingredients)?);
    recipe(&db.batch(batch).await?, draft.ingredients)
}

/// Replaces a recipe. If there is none with this id, the first ingredient violates the
/// foreign key.
pub async fn replace(db: &D1Database, id: u32, draft: Draft) -> Result<Recipe> {
    let mut batch = vec![
        query!(db, sql::REPLACE, id, draft.title, draft.minutes)?,
        query!(db, sql::REMOVE_INGREDIENTS, id)?,
    ];
    batch.extend(add_ingredients(db, Some(id), &draft.ingredients)?);
    recipe(&db.batch(batch).await?, draft.ingredients)
}

pub async fn remove(db: &D1Database, id: u32) -> Result<()> {
    let statement = query!(db, sql::REMOVE, id)?;
    let removed: Option<u32> = statement.first(Some("id")).await?;
    removed.map(|_| ()).ok_or(Error::NoRecipe)
}

/// Prepares one statement per ingredient of the given recipe, or with `None` of the recipe
/// that the same batch adds.
fn add_ingredients(
    db: &D1Database,
    recipe: Option<u32>,
    list: &[Ingredient],
) -> worker::Result<Vec<D1PreparedStatement>> {
    let add = |(position, Ingredient { name, amount }): (u32, &Ingredient)| {
        query!(db, sql::ADD_INGREDIENT, recipe, position, name, amount)
    };
    (1..).zip(list).map(add).collect()
}

/// Combines the row returned by the first statement of a batch with the ingredients.
fn recipe(results: &[D1Result], ingredients: Vec<Ingredient>) -> Result<Recipe> {
    let summary = results[0].results()?.pop().ok_or(Error::NoRecipe)?;
    Ok(Recipe {
        summary,
        ingredients,
    })
}
