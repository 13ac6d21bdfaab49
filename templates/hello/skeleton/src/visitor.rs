//! The log line of a request: its method, its path, and where it came from.
//!
//! `request.cf` is absent for some requests, such as calls from another worker, so every part
//! of the place is optional.

use worker::Cf;

/// Formats the log line of one request.
pub fn line(method: &str, path: &str, cf: Option<&Cf>) -> String {
    let coordinates = cf.and_then(Cf::coordinates);
    let region = cf.and_then(Cf::region);
    format!("{method} {path}, from {}", place(coordinates, region))
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
    fn a_request_without_cf_has_a_line_too() {
        assert_eq!(line("GET", "/", None), "GET /, from an unknown region");
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
