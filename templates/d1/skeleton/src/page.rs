//! Pagination: the parameters of a list request, and the page it returns. No Worker types here.
//!
//! A cursor is the title of the last recipe on a page, and the next page begins after it. So
//! no recipe is skipped or listed twice when others are added or removed in between, as would
//! happen with page numbers.

use serde::Serialize;
use worker::url::form_urlencoded;

use crate::field_error::FieldError;
use crate::recipe::Summary;

const LIMIT: &str = "must be a number from 1 to 100";

/// The parameters of a list request.
#[derive(Debug, Default)]
pub struct Query {
    pub limit: usize,
    /// Empty for the first page: every title sorts after it.
    pub cursor: String,
    /// Lists only recipes with this ingredient.
    pub ingredient: Option<String>,
}

impl Query {
    /// Parses the query string of an address. Unknown parameters are ignored.
    pub fn of(address: &str) -> Result<Self, Vec<FieldError>> {
        let (_, text) = address.split_once('?').unwrap_or_default();
        let mut query = Self {
            limit: 20,
            ..Self::default()
        };
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            match &*name {
                "limit" => query.limit = value.parse().unwrap_or_default(),
                "cursor" => query.cursor = value.into_owned(),
                "ingredient" => query.ingredient = Some(value.into_owned()),
                _ => {}
            }
        }
        FieldError::check([((1..=100).contains(&query.limit), "limit", LIMIT)])?;
        Ok(query)
    }
}

/// A page of the list.
#[derive(Serialize)]
pub struct Page {
    pub recipes: Vec<Summary>,
    /// Pass it back to get the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl Page {
    /// Makes a page of the recipes found. If there are more than `limit`, another page follows.
    pub fn new(mut recipes: Vec<Summary>, limit: usize) -> Self {
        let is_last = recipes.len() <= limit;
        recipes.truncate(limit);
        let last = recipes.last().filter(|_| !is_last);
        let cursor = last.map(|recipe| recipe.title.clone());
        Self { recipes, cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(titles: &[&str]) -> Page {
        let summary = |title: &&str| Summary {
            id: 1,
            title: (*title).into(),
            minutes: None,
        };
        Page::new(titles.iter().map(summary).collect(), 2)
    }

    #[test]
    fn an_empty_query_means_the_first_page_of_all_recipes() {
        let query = Query::of("https://example.com/recipes").unwrap();
        assert_eq!((query.limit, query.ingredient), (20, None));
        assert_eq!(query.cursor, "");
    }

    #[test]
    fn a_query_is_decoded() {
        let query = Query::of("/?cursor=Fish+%26+chips&ingredient=cr%C3%A8me&a=b").unwrap();
        assert_eq!(query.cursor, "Fish & chips");
        assert_eq!(query.ingredient.as_deref(), Some("crème"));
    }

    #[test]
    fn a_limit_is_a_number_in_its_range() {
        assert_eq!(Query::of("/?limit=100").unwrap().limit, 100);
        for text in ["0", "101", "-1", "ten", ""] {
            let refused = Query::of(&format!("/?limit={text}"));
            assert_eq!(refused.unwrap_err()[0].field, "limit");
        }
    }

    #[test]
    fn the_cursor_is_the_last_title_and_the_last_page_has_none() {
        let first = page(&["Bread", "Pie", "Soup"]);
        assert_eq!(first.recipes.len(), 2);
        assert_eq!(first.cursor.as_deref(), Some("Pie"));
        assert_eq!(page(&["Bread", "Pie"]).cursor, None);
        assert_eq!(page(&[]).cursor, None);
    }
}
