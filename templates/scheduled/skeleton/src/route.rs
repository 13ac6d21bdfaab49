//! Matches requests to routes. No Worker types here, so that `cargo test` can run it.

use chrono::NaiveDate;

use crate::error::Error;

/// The requests that the worker handles. None of them starts a job.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    Progress,
    Digest(NaiveDate),
}

/// The methods that every address supports, as listed in its `Allow` header.
pub const ALLOWED: &str = "GET, HEAD";

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub fn choose(method: &str, path: &str) -> Result<Route, Error> {
    let route = match path.strip_prefix("/digests/") {
        Some(day) => Route::Digest(day.parse().map_err(|_| Error::NotFound)?),
        None if path == "/" => Route::Progress,
        None => return Err(Error::NotFound),
    };
    match method {
        "GET" | "HEAD" => Ok(route),
        _ => Err(Error::MethodNotAllowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_is_at_the_root() {
        assert_eq!(choose("GET", "/").unwrap(), Route::Progress);
        assert_eq!(choose("HEAD", "/").unwrap(), Route::Progress);
    }

    #[test]
    fn the_address_of_a_digest_contains_its_day() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
        let route = choose("GET", "/digests/2026-11-16").unwrap();
        assert_eq!(route, Route::Digest(day));
    }

    #[test]
    fn other_methods_are_not_allowed() {
        for path in ["/", "/digests/2026-11-16"] {
            let route = choose("POST", path);
            assert!(matches!(route, Err(Error::MethodNotAllowed)), "{path}");
        }
    }

    #[test]
    fn unknown_paths_are_not_found_whatever_the_method() {
        for path in ["/digests", "/digests/", "/digests/2026-02-30", "/collect"] {
            let route = choose("POST", path);
            assert!(matches!(route, Err(Error::NotFound)), "{path}");
        }
    }
}
