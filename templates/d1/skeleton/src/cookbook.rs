//! Stores recipes in the database.
//!
//! A batch is a transaction: its statements run in order, and if one fails, none takes effect.
//! `query!` binds values safely, and `None` as NULL.

use worker::{D1Database, D1PreparedStatement, D1Result, query};

use crate::error::Error;
use crate::page::{Page, Query};
use crate::recipe::{Draft, Ingredient, Recipe};
use crate::sql;

pub struct Cookbook {
    db: D1Database,
}

impl Cookbook {
    pub const fn new(db: D1Database) -> Self {
        Self { db }
    }

    /// Queries one recipe more than fits on the page, to see whether another page follows.
    pub async fn list(&self, query: &Query) -> Result<Page, Error> {
        let (db, limit) = (&self.db, query.limit + 1);
        let statement = match &query.ingredient {
            None => query!(db, sql::LIST, query.cursor, limit),
            Some(name) => query!(db, sql::LIST_WITH_INGREDIENT, query.cursor, limit, name),
        };
        let found = statement?.all().await?;
        Ok(Page::new(found.results()?, query.limit))
    }

    /// Reads both tables in one batch, so that nothing can change in between.
    pub async fn read(&self, id: u32) -> Result<Recipe, Error> {
        let batch = vec![
            query!(&self.db, sql::READ, id)?,
            query!(&self.db, sql::READ_INGREDIENTS, id)?,
        ];
        let results = self.db.batch(batch).await?;
        recipe(&results, results[1].results()?)
    }

    pub async fn add(&self, draft: Draft) -> Result<Recipe, Error> {
        let mut batch = vec![query!(&self.db, sql::ADD, draft.title, draft.minutes)?];
        batch.extend(self.add_ingredients(None, &draft.ingredients)?);
        let results = self.db.batch(batch).await?;
        recipe(&results, draft.ingredients)
    }

    /// Replaces a recipe. If there is none with this id, the first ingredient violates the
    /// foreign key.
    pub async fn replace(&self, id: u32, draft: Draft) -> Result<Recipe, Error> {
        let mut batch = vec![
            query!(&self.db, sql::REPLACE, id, draft.title, draft.minutes)?,
            query!(&self.db, sql::REMOVE_INGREDIENTS, id)?,
        ];
        batch.extend(self.add_ingredients(Some(id), &draft.ingredients)?);
        let results = self.db.batch(batch).await?;
        recipe(&results, draft.ingredients)
    }

    pub async fn remove(&self, id: u32) -> Result<(), Error> {
        let statement = query!(&self.db, sql::REMOVE, id)?;
        let removed: Option<u32> = statement.first(Some("id")).await?;
        removed.map(|_| ()).ok_or(Error::NoRecipe)
    }

    /// Prepares one statement per ingredient of the given recipe, or with `None` of the recipe
    /// that the same batch adds.
    fn add_ingredients(
        &self,
        recipe: Option<u32>,
        list: &[Ingredient],
    ) -> worker::Result<Vec<D1PreparedStatement>> {
        let db = &self.db;
        let add = |(position, Ingredient { name, amount }): (u32, &Ingredient)| {
            query!(db, sql::ADD_INGREDIENT, recipe, position, name, amount)
        };
        (1..).zip(list).map(add).collect()
    }
}

/// Combines the row returned by the first statement of a batch with the ingredients.
fn recipe(results: &[D1Result], ingredients: Vec<Ingredient>) -> Result<Recipe, Error> {
    let row: Option<Recipe> = results[0].results()?.pop();
    let row = row.ok_or(Error::NoRecipe)?;
    Ok(Recipe { ingredients, ..row })
}
