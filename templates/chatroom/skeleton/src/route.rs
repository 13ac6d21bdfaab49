//! Matches requests to routes. The worker and the Durable Object both use this.

use worker::Request;
use worker::url::form_urlencoded;

use crate::error::{Error, Result};
use crate::name::{Name, is_room};

/// The requests that the worker handles.
#[derive(Debug, PartialEq, Eq)]
pub enum Route {
    Page,
    Room { room: String, ask: Ask },
}

/// The requests that a room handles.
#[derive(Debug, PartialEq, Eq)]
pub enum Ask {
    People,
    History,
    Join(Name),
}

pub fn read(request: &Request) -> Result<Route> {
    // `request.url()` would parse all of it, with Unicode tables that nearly double the worker's
    // size.
    let url = request.inner().url();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let upgrade = request.headers().get("upgrade")?;
    let joiner = || joiner(query, upgrade.as_deref());
    choose(request.method().as_ref(), &request.path(), joiner)
}

/// Picks the route. A `HEAD` is handled as a `GET`; the runtime drops the body.
fn choose(method: &str, path: &str, joiner: impl Fn() -> Result<Name>) -> Result<Route> {
    let path: Vec<&str> = path.split('/').skip(1).collect();
    let (room, ask) = match (path.as_slice(), method) {
        ([""], "GET" | "HEAD") => return Ok(Route::Page),
        (["rooms", room], "GET" | "HEAD") => (room, Ask::People),
        (["rooms", room, "history"], "GET" | "HEAD") => (room, Ask::History),
        (["rooms", room, "socket"], "GET") => (room, Ask::Join(joiner()?)),
        (["rooms", _, "socket"], _) => return Err(Error::MethodNotAllowed("GET")),
        ([""] | ["rooms", _] | ["rooms", _, "history"], _) => {
            return Err(Error::MethodNotAllowed("GET, HEAD"));
        }
        _ => return Err(Error::NotFound),
    };
    let room = is_room(room).then(|| (*room).to_owned());
    let room = room.ok_or(Error::BadRoom)?;
    Ok(Route::Room { room, ask })
}

/// Finds out who wants to join. A web page cannot set headers on a WebSocket, so the name is in
/// the query string.
fn joiner(query: &str, upgrade: Option<&str>) -> Result<Name> {
    if !upgrade.is_some_and(|to| to.eq_ignore_ascii_case("websocket")) {
        return Err(Error::NoUpgrade);
    }
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let given = pairs.find(|(key, _)| key == "name");
    Name::new(&given.ok_or(Error::BadName)?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Name {
        Name::new("ann").unwrap()
    }

    fn choose(method: &str, path: &str) -> Result<Route> {
        super::choose(method, path, || Ok(ann()))
    }

    #[test]
    fn the_path_names_the_room() {
        for (method, path, ask) in [
            ("GET", "/rooms/lobby", Ask::People),
            ("HEAD", "/rooms/lobby", Ask::People),
            ("GET", "/rooms/lobby/history", Ask::History),
            ("GET", "/rooms/lobby/socket", Ask::Join(ann())),
        ] {
            let room = "lobby".into();
            assert_eq!(choose(method, path).unwrap(), Route::Room { room, ask });
        }
        assert_eq!(choose("GET", "/").unwrap(), Route::Page);
    }

    #[test]
    fn joining_takes_a_name_and_a_websocket() {
        let name = joiner("x=1&name=J%C3%B6rg+K.", Some("WebSocket")).unwrap();
        assert_eq!(name.as_str(), "Jörg K.");
        assert!(matches!(joiner("name=ann", None), Err(Error::NoUpgrade)));
        assert!(matches!(
            joiner("nick=ann", Some("websocket")),
            Err(Error::BadName)
        ));
    }

    #[test]
    fn a_405_lists_the_allowed_methods() {
        for (path, allowed) in [
            ("/", "GET, HEAD"),
            ("/rooms/lobby", "GET, HEAD"),
            ("/rooms/lobby/history", "GET, HEAD"),
            ("/rooms/lobby/socket", "GET"),
        ] {
            let refused = choose("DELETE", path);
            assert!(matches!(refused, Err(Error::MethodNotAllowed(list)) if list == allowed));
        }
    }

    #[test]
    fn unknown_paths_are_not_found() {
        for path in ["/rooms", "/room/lobby", "/rooms/lobby/door"] {
            assert!(matches!(choose("GET", path), Err(Error::NotFound)));
        }
    }
}
