//! Which request asks for what. No Worker types here, so that `cargo test` runs it.

use crate::error::Error;

/// What the worker can be asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    Greet,
    Measure,
}

/// The methods that `/` answers, as its `Allow` header lists them.
pub const ALLOWED: &str = "GET, HEAD, POST";

/// Chooses the route; a `HEAD` is answered as a `GET` whose body the runtime drops.
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
    fn a_head_is_answered_like_a_get() {
        assert_eq!(choose("GET", "/").unwrap(), Route::Greet);
        assert_eq!(choose("HEAD", "/").unwrap(), Route::Greet);
    }

    #[test]
    fn a_post_measures_the_upload() {
        assert_eq!(choose("POST", "/").unwrap(), Route::Measure);
    }

    #[test]
    fn another_method_is_not_allowed() {
        assert!(matches!(choose("PUT", "/"), Err(Error::MethodNotAllowed)));
    }

    #[test]
    fn another_path_is_not_found_whatever_the_method() {
        assert!(matches!(choose("GET", "/missing"), Err(Error::NotFound)));
        assert!(matches!(choose("DELETE", "/missing"), Err(Error::NotFound)));
    }
}
