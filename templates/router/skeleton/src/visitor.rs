//! The log line of a request: its method, its path, and where it came from.
//!
//! `request.cf` is absent for some requests, such as calls from another worker, so every part
//! of the place is optional.

use worker::{Cf, Request};

/// Formats the log line of one request.
pub fn line(request: &Request) -> String {
    let (method, path) = (request.method(), request.path());
    let cf = request.cf();
    let place = place(cf.and_then(Cf::coordinates), cf.and_then(Cf::region));
    format!("{method} {path}, from {place}", method = method.as_ref())
}

/// Formats a place from its known parts.
fn place(coordinates: Option<(f32, f32)>, region: Option<String>) -> String {
    let region = region.unwrap_or_else(|| "an unknown region".into());
    match coordinates {
        Some((latitude, longitude)) => format!("{region} at {latitude:.2}, {longitude:.2}"),
        None => region,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_can_be_unknown() {
        assert_eq!(place(None, None), "an unknown region");
    }

    #[test]
    fn a_known_place_is_named() {
        let place = place(Some((30.271, -97.7426)), Some("Texas".into()));
        assert_eq!(place, "Texas at 30.27, -97.74");
    }

    #[test]
    fn a_region_without_coordinates_is_enough() {
        assert_eq!(place(None, Some("Texas".into())), "Texas");
    }
}
