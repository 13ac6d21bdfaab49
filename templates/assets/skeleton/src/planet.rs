//! The planets, and the weight of things on them. No Worker types here.

use serde::Serialize;

use crate::error::{Error, Result};

const ON_EARTH: f64 = 9.8;
// The error's message repeats this number.
const HEAVIEST: f64 = 1_000_000.0;

#[derive(Debug, PartialEq, Serialize)]
pub struct Planet {
    pub id: &'static str,
    pub name: &'static str,
    /// In metres per second squared.
    pub gravity: f64,
}

pub const ALL: [Planet; 4] = [
    planet("mercury", "Mercury", 3.7),
    planet("venus", "Venus", 8.9),
    planet("earth", "Earth", ON_EARTH),
    planet("mars", "Mars", 3.7),
];

const fn planet(id: &'static str, name: &'static str, gravity: f64) -> Planet {
    Planet { id, name, gravity }
}

pub fn find(id: &str) -> Result<&'static Planet> {
    let found = ALL.iter().find(|planet| planet.id == id);
    found.ok_or(Error::NoPlanet)
}

/// Reads the weight from a query string.
pub fn kilograms(query: &str) -> Result<f64> {
    let mut pairs = query.split('&');
    let text = pairs.find_map(|pair| pair.strip_prefix("kilograms="));
    let number: Option<f64> = text.and_then(|text| text.parse().ok());
    // No other number is in this range, not even NaN.
    let valid = number.filter(|number| (0.0..=HEAVIEST).contains(number));
    valid.ok_or(Error::BadWeight)
}

impl Planet {
    /// Returns what a scale made for the Earth shows here, to a tenth of a kilogram.
    pub fn weigh(&self, kilograms: f64) -> f64 {
        (kilograms * self.gravity / ON_EARTH * 10.0).round() / 10.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planet_is_found_by_its_exact_id() {
        assert_eq!(find("mars").unwrap().name, "Mars");
        for id in ["", "Mars", "pluto", "mars/"] {
            assert!(matches!(find(id), Err(Error::NoPlanet)));
        }
    }

    #[test]
    fn things_weigh_the_same_on_earth_and_less_on_mars() {
        assert_eq!(format!("{}", find("earth").unwrap().weigh(70.0)), "70");
        assert_eq!(format!("{}", find("mars").unwrap().weigh(70.0)), "26.4");
    }

    #[test]
    fn a_weight_is_a_number_in_a_range() {
        for query in ["kilograms=0", "a=b&kilograms=70.5", "kilograms=1000000"] {
            assert!(kilograms(query).is_ok(), "{query}");
        }
        for text in ["", "-1", "1000001", "NaN", "inf", "70kg"] {
            let found = kilograms(&format!("kilograms={text}"));
            assert!(matches!(found, Err(Error::BadWeight)), "{text}");
        }
        assert!(matches!(kilograms(""), Err(Error::BadWeight)));
    }
}
