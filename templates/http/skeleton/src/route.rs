//! Matches requests to routes. No Worker types here, so that `cargo test` can run it.

use http::uri::PathAndQuery;
use http::{Method, Uri};

use crate::error::Error;

/// The requests that the worker handles, with the path and query to send to the upstream.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    Home,
    Relay(PathAndQuery),
    Preview(PathAndQuery),
}

/// The methods that `/` supports, as listed in its `Allow` header.
pub const ALLOWED: &str = "GET, HEAD";

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub fn choose(method: &Method, uri: &Uri) -> Result<Route, Error> {
    if let Some(target) = below("/relay", uri) {
        return Ok(Route::Relay(target));
    }
    if let Some(target) = below("/preview", uri) {
        return Ok(Route::Preview(target));
    }
    match (uri.path(), method) {
        ("/", &(Method::GET | Method::HEAD)) => Ok(Route::Home),
        ("/", _) => Err(Error::MethodNotAllowed),
        _ => Err(Error::NotFound),
    }
}

/// The rest of a path below a folder, from its slash on, unchanged and with the query.
fn below(folder: &str, uri: &Uri) -> Option<PathAndQuery> {
    let target = uri.path_and_query()?.as_str().strip_prefix(folder)?;
    target.starts_with('/').then(|| target.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(uri: &'static str) -> Result<Route, Error> {
        choose(&Method::GET, &Uri::from_static(uri))
    }

    #[test]
    fn a_head_is_handled_like_a_get() {
        let home = Uri::from_static("https://a.example/?any=query");
        assert_eq!(choose(&Method::GET, &home).unwrap(), Route::Home);
        assert_eq!(choose(&Method::HEAD, &home).unwrap(), Route::Home);
    }

    #[test]
    fn the_upstream_gets_the_rest_of_the_path_and_the_query_unchanged() {
        for (uri, target) in [
            ("https://a.example/relay/", "/"),
            ("https://a.example/relay/?q=/relay/", "/?q=/relay/"),
            ("https://a.example/relay/b%2Fc//?q=%20", "/b%2Fc//?q=%20"),
        ] {
            let target = PathAndQuery::from_static(target);
            assert_eq!(get(uri).unwrap(), Route::Relay(target));
        }
    }

    #[test]
    fn a_preview_has_the_same_target_as_a_relay() {
        let target = PathAndQuery::from_static("/a?q=1");
        let route = get("https://a.example/preview/a?q=1").unwrap();
        assert_eq!(route, Route::Preview(target));
    }

    #[test]
    fn a_relay_accepts_any_method_and_the_home_page_does_not() {
        let relay = Uri::from_static("https://a.example/relay/");
        assert!(choose(&Method::DELETE, &relay).is_ok());
        let home = Uri::from_static("https://a.example/");
        let refused = choose(&Method::DELETE, &home);
        assert!(matches!(refused, Err(Error::MethodNotAllowed)));
    }

    #[test]
    fn unknown_paths_are_not_found() {
        for uri in ["https://a.example/relay", "https://a.example/relayed/b"] {
            assert!(matches!(get(uri), Err(Error::NotFound)));
        }
    }
}
