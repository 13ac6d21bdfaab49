//! Matches requests to routes. No Worker types here, so that `cargo test` can run it.

use crate::error::Error;

/// The requests that the worker handles.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    Greet,
    Measure,
}

/// The methods that `/` supports, as listed in its `Allow` header.
pub const ALLOWED: &str = "GET, HEAD, POST";

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub fn choose(method: &str, path: &str) -> Result<Route, Error> {
    match (path, method) {
        ("/", "GET" | "HEAD") => Ok(Route::Greet),
        ("/", "POST") => Ok(Route::Measure),
        ("/", _) => Err(Error::MethodNotAllowed),
        _ => Err(Error::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_handled_like_a_get() {
        assert_eq!(choose("GET", "/").unwrap(), Route::Greet);
        assert_eq!(choose("HEAD", "/").unwrap(), Route::Greet);
    }

    #[test]
    fn a_post_measures_the_upload() {
        assert_eq!(choose("POST", "/").unwrap(), Route::Measure);
    }

    #[test]
    fn other_methods_are_not_allowed() {
        assert!(matches!(choose("PUT", "/"), Err(Error::MethodNotAllowed)));
    }

    #[test]
    fn unknown_paths_are_not_found_whatever_the_method() {
        assert!(matches!(choose("GET", "/missing"), Err(Error::NotFound)));
        assert!(matches!(choose("DELETE", "/missing"), Err(Error::NotFound)));
    }
}
