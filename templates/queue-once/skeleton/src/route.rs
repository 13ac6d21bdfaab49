//! Matches requests to routes. No Worker types here, so that `cargo test` can run it.

use crate::error::{Error, Result};
use crate::rules::is_name;

/// The requests that the worker handles.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    Submit,
    Inspect { key: String },
    Restock { item: String },
    Count { item: String },
}

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub fn choose(method: &str, path: &str) -> Result<Route> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (method, segments.as_slice()) {
        ("POST", ["jobs"]) => Ok(Route::Submit),
        (_, ["jobs"]) => Err(Error::MethodNotAllowed("POST")),
        (_, ["jobs" | "stock", name]) if !is_name(name) => Err(Error::NotFound),
        ("GET" | "HEAD", ["jobs", key]) => Ok(Route::Inspect { key: (*key).into() }),
        (_, ["jobs", _]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        ("GET" | "HEAD", ["stock", item]) => Ok(Route::Count {
            item: (*item).into(),
        }),
        ("PUT", ["stock", item]) => Ok(Route::Restock {
            item: (*item).into(),
        }),
        (_, ["stock", _]) => Err(Error::MethodNotAllowed("GET, HEAD, PUT")),
        _ => Err(Error::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_submitted_and_inspected() {
        let key = "a-1".to_owned();
        assert_eq!(choose("POST", "/jobs").unwrap(), Route::Submit);
        assert_eq!(choose("GET", "/jobs/a-1").unwrap(), Route::Inspect { key });
    }

    #[test]
    fn an_item_is_restocked_and_counted() {
        let item = || "honey".to_owned();
        let restock = choose("PUT", "/stock/honey").unwrap();
        assert_eq!(restock, Route::Restock { item: item() });
        let count = choose("HEAD", "/stock/honey").unwrap();
        assert_eq!(count, Route::Count { item: item() });
    }

    #[test]
    fn a_405_lists_the_allowed_methods() {
        let allowed = |method, path| match choose(method, path) {
            Err(Error::MethodNotAllowed(allowed)) => allowed,
            other => panic!("{other:?}"),
        };
        assert_eq!(allowed("GET", "/jobs"), "POST");
        assert_eq!(allowed("DELETE", "/jobs/a-1"), "GET, HEAD");
        assert_eq!(allowed("POST", "/stock/honey"), "GET, HEAD, PUT");
    }

    #[test]
    fn unknown_paths_are_not_found_whatever_the_method() {
        for path in ["/", "/job", "/jobs/", "/jobs/a/b", "/jobs/a%20b", "/x/y"] {
            let route = choose("POST", path);
            assert!(matches!(route, Err(Error::NotFound)), "{path}");
        }
    }
}
