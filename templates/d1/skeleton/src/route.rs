//! Matches requests to routes. No Worker types here, so that `cargo test` can run it.

use crate::error::{Error, Result};

const ONE: &str = "GET, HEAD, PUT, DELETE";

/// The requests that the worker handles. The numbers are ids of recipes.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    List,
    Add,
    Read(u32),
    Replace(u32),
    Remove(u32),
}

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub fn choose(method: &str, path: &str) -> Result<Route> {
    let segments: Vec<_> = path.split('/').skip(1).collect();
    match (method, segments.as_slice()) {
        ("GET" | "HEAD", ["recipes"]) => Ok(Route::List),
        ("POST", ["recipes"]) => Ok(Route::Add),
        (_, ["recipes"]) => Err(Error::MethodNotAllowed("GET, HEAD, POST")),
        ("GET" | "HEAD", ["recipes", id]) => id_of(id).map(Route::Read),
        ("PUT", ["recipes", id]) => id_of(id).map(Route::Replace),
        ("DELETE", ["recipes", id]) => id_of(id).map(Route::Remove),
        (_, ["recipes", id]) => id_of(id).and(Err(Error::MethodNotAllowed(ONE))),
        _ => Err(Error::NotFound),
    }
}

/// Accepts only one spelling of each id, so that each recipe has one address.
fn id_of(text: &str) -> Result<u32> {
    let id: Option<u32> = text.parse().ok();
    id.filter(|n| n.to_string() == text).ok_or(Error::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_and_a_path_match_a_route() {
        for (method, path, route) in [
            ("GET", "/recipes", Route::List),
            ("HEAD", "/recipes", Route::List),
            ("POST", "/recipes", Route::Add),
            ("GET", "/recipes/7", Route::Read(7)),
            ("HEAD", "/recipes/7", Route::Read(7)),
            ("PUT", "/recipes/7", Route::Replace(7)),
            ("DELETE", "/recipes/7", Route::Remove(7)),
        ] {
            assert_eq!(choose(method, path).unwrap(), route);
        }
    }

    #[test]
    fn a_405_lists_the_allowed_methods() {
        for (method, path, allowed) in [
            ("DELETE", "/recipes", "GET, HEAD, POST"),
            ("POST", "/recipes/7", "GET, HEAD, PUT, DELETE"),
        ] {
            let refused = choose(method, path);
            assert!(matches!(refused, Err(Error::MethodNotAllowed(list)) if list == allowed));
        }
    }

    #[test]
    fn unknown_paths_and_other_spellings_of_an_id_are_not_found() {
        for path in ["/", "/recipes/", "/recipes/pie", "/recipes/7/steps"] {
            assert!(matches!(choose("GET", path), Err(Error::NotFound)));
        }
        for path in ["/recipes/07", "/recipes/+7", "/recipes/4294967296"] {
            assert!(matches!(choose("GET", path), Err(Error::NotFound)));
            assert!(matches!(choose("PATCH", path), Err(Error::NotFound)));
        }
    }
}
