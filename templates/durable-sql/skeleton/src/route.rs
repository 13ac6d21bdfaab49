//! Matches requests to routes. No Worker types here, so that `cargo test` can run it.

use crate::error::{Error, Result};
use crate::field_error::FieldError;

const PANTRY: &str = "must be 1 to 40 of a to z, 0 to 9 and -";

/// What can be done with a pantry.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    List,
    PutIn,
    Move,
}

/// Picks the action, and the pantry. A `HEAD` is handled as a `GET`; the runtime drops the body.
pub fn choose<'a>(method: &str, path: &'a str) -> Result<(Action, &'a str)> {
    let segments: Vec<_> = path.split('/').skip(1).collect();
    let (action, pantry) = match (method, segments.as_slice()) {
        ("GET" | "HEAD", ["pantries", pantry]) => (Action::List, pantry),
        ("POST", ["pantries", pantry, "items"]) => (Action::PutIn, pantry),
        ("POST", ["pantries", pantry, "moves"]) => (Action::Move, pantry),
        (_, ["pantries", _]) => return Err(Error::MethodNotAllowed("GET, HEAD")),
        (_, ["pantries", _, "items" | "moves"]) => return Err(Error::MethodNotAllowed("POST")),
        _ => return Err(Error::NotFound),
    };
    FieldError::check([(is_name(pantry), "pantry", PANTRY)]).map_err(Error::Invalid)?;
    Ok((action, pantry))
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
            assert_eq!(choose(method, path).unwrap(), (action, "home"));
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
            assert!(matches!(choose("GET", path), Err(Error::Invalid(_))));
        }
    }
}
