//! Matches requests to routes. No Worker types here, so that `cargo test` can run it.

use crate::error::Error;

/// The requests that the worker handles.
#[derive(Debug, PartialEq, Eq)]
pub enum Route<'a> {
    Tariff,
    /// Holds the two-letter country code.
    Country(&'a str),
    Quote,
}

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub fn choose<'a>(method: &str, path: &'a str) -> Result<Route<'a>, Error> {
    let (route, allowed) = match path {
        "/tariff" => (Route::Tariff, "GET, HEAD"),
        "/quotes" => (Route::Quote, "POST"),
        _ => (Route::Country(country(path)?), "GET, HEAD"),
    };
    if allowed.split(", ").any(|name| name == method) {
        Ok(route)
    } else {
        Err(Error::MethodNotAllowed(allowed))
    }
}

/// Extracts the two-letter code from a country's path.
fn country(path: &str) -> Result<&str, Error> {
    let letters = path.strip_prefix("/countries/").ok_or(Error::NotFound)?;
    if letters.len() == 2 && letters.bytes().all(|letter| letter.is_ascii_uppercase()) {
        Ok(letters)
    } else {
        Err(Error::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_route() {
        for (method, path, route) in [
            ("GET", "/tariff", Route::Tariff),
            ("HEAD", "/tariff", Route::Tariff),
            ("GET", "/countries/FR", Route::Country("FR")),
            ("POST", "/quotes", Route::Quote),
        ] {
            assert_eq!(choose(method, path).unwrap(), route);
        }
    }

    #[test]
    fn a_405_lists_the_allowed_methods() {
        for (method, path, allowed) in [
            ("POST", "/tariff", "GET, HEAD"),
            ("DELETE", "/countries/FR", "GET, HEAD"),
            ("GET", "/quotes", "POST"),
        ] {
            let refused = choose(method, path);
            assert!(matches!(refused, Err(Error::MethodNotAllowed(list)) if list == allowed));
        }
    }

    #[test]
    fn unknown_paths_are_not_found() {
        for path in ["/", "/countries/", "/countries/fr", "/countries/FRA"] {
            assert!(matches!(choose("GET", path), Err(Error::NotFound)));
        }
    }
}
