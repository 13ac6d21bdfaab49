//! Matches requests to routes. No Worker types here, so that `cargo test` can run it.

use crate::error::Error;

/// The requests that the worker handles. A notice is identified by its key.
#[derive(Debug, PartialEq, Eq)]
pub enum Route<'a> {
    Settings,
    Read(&'a str),
    Post(&'a str),
}

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub fn choose<'a>(method: &str, path: &'a str) -> Result<Route<'a>, Error> {
    let key = path.strip_prefix("/notices/");
    match (path, key, method) {
        ("/settings", _, "GET" | "HEAD") => Ok(Route::Settings),
        ("/settings", _, _) => Err(Error::MethodNotAllowed("GET, HEAD")),
        (_, Some(key), _) if !is_key(key) => Err(Error::BadKey),
        (_, Some(key), "GET" | "HEAD") => Ok(Route::Read(key)),
        (_, Some(key), "PUT") => Ok(Route::Post(key)),
        (_, Some(_), _) => Err(Error::MethodNotAllowed("GET, HEAD, PUT")),
        (_, None, _) => Err(Error::NotFound),
    }
}

/// Whether a notice can have this key. The title of `BadKey` repeats this rule.
pub fn is_key(text: &str) -> bool {
    let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_read_and_posted_by_its_key() {
        for (method, path, route) in [
            ("GET", "/settings", Route::Settings),
            ("HEAD", "/settings", Route::Settings),
            ("GET", "/notices/fair", Route::Read("fair")),
            ("HEAD", "/notices/fair", Route::Read("fair")),
            ("PUT", "/notices/fair-2", Route::Post("fair-2")),
        ] {
            assert_eq!(choose(method, path).unwrap(), route);
        }
    }

    #[test]
    fn a_405_lists_the_allowed_methods() {
        for (path, allowed) in [
            ("/settings", "GET, HEAD"),
            ("/notices/fair", "GET, HEAD, PUT"),
        ] {
            let refused = choose("DELETE", path);
            assert!(matches!(refused, Err(Error::MethodNotAllowed(list)) if list == allowed));
        }
    }

    #[test]
    fn a_key_is_short_and_plain() {
        let long = format!("/notices/{}", "a".repeat(65));
        for path in ["/notices/", "/notices/Fair", "/notices/a/b", &long] {
            assert!(matches!(choose("GET", path), Err(Error::BadKey)));
        }
    }

    #[test]
    fn unknown_paths_are_not_found() {
        for path in ["/", "/notices", "/settings/"] {
            assert!(matches!(choose("GET", path), Err(Error::NotFound)));
        }
    }
}
