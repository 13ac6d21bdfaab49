//! Matches requests to routes. No Worker types here, so that `cargo test` can run it.

use crate::error::Error;

/// The requests that the worker handles: an action on a pantry.
#[derive(Debug, PartialEq, Eq)]
pub struct Route<'a> {
    pub pantry: &'a str,
    pub action: Action,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    List,
    PutIn,
    Move,
}

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub fn choose<'a>(method: &str, path: &'a str) -> Result<Route<'a>, Error> {
    let rest = path.strip_prefix("/pantries/").ok_or(Error::NotFound)?;
    let (pantry, below) = rest.split_once('/').unwrap_or((rest, ""));
    let action = match (below, method) {
        ("", "GET" | "HEAD") => Action::List,
        ("items", "POST") => Action::PutIn,
        ("moves", "POST") => Action::Move,
        ("", _) => return Err(Error::MethodNotAllowed("GET, HEAD")),
        ("items" | "moves", _) => return Err(Error::MethodNotAllowed("POST")),
        _ => return Err(Error::NotFound),
    };
    if is_name(pantry) {
        Ok(Route { pantry, action })
    } else {
        Err(Error::BadPantry)
    }
}

/// Each name is a separate object, so only one spelling of it is valid.
fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_names_the_pantry() {
        for (method, path, action) in [
            ("GET", "/pantries/home", Action::List),
            ("HEAD", "/pantries/home", Action::List),
            ("POST", "/pantries/home/items", Action::PutIn),
            ("POST", "/pantries/home/moves", Action::Move),
        ] {
            let pantry = "home";
            assert_eq!(choose(method, path).unwrap(), Route { pantry, action });
        }
    }

    #[test]
    fn a_405_lists_the_allowed_methods() {
        for (path, allowed) in [
            ("/pantries/home", "GET, HEAD"),
            ("/pantries/home/items", "POST"),
            ("/pantries/home/moves", "POST"),
        ] {
            let refused = choose("DELETE", path);
            assert!(matches!(refused, Err(Error::MethodNotAllowed(list)) if list == allowed));
        }
    }

    #[test]
    fn unknown_paths_are_not_found() {
        for path in ["/", "/pantries", "/pantry/home", "/pantries/home/shelves"] {
            assert!(matches!(choose("GET", path), Err(Error::NotFound)));
        }
    }

    #[test]
    fn a_name_is_short_and_plain() {
        let long = format!("/pantries/{}", "a".repeat(41));
        for path in ["/pantries/", "/pantries/Home", "/pantries/h%20m", &long] {
            assert!(matches!(choose("GET", path), Err(Error::BadPantry)));
        }
    }
}
