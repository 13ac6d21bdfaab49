//! The summary of a day. No Worker types here, so that `cargo test` can run it.

use serde::{Deserialize, Serialize};

use crate::tide::Reading;

/// The part of a day's data that is kept forever.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The number of readings: fewer than 24 on the very first day.
    readings: usize,
    lowest_cm: Option<i32>,
    highest_cm: Option<i32>,
}

impl Digest {
    /// Summarizes the readings of a day, in any order.
    pub fn of(readings: &[Reading]) -> Self {
        let heights = || readings.iter().map(|reading| reading.height_cm);
        Self {
            readings: readings.len(),
            lowest_cm: heights().min(),
            highest_cm: heights().max(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_a_lowest_and_a_highest_reading() {
        let readings = [7, -90, 95].map(|height_cm| Reading { height_cm });
        let digest = Digest {
            readings: 3,
            lowest_cm: Some(-90),
            highest_cm: Some(95),
        };
        assert_eq!(Digest::of(&readings), digest);
    }

    #[test]
    fn a_day_without_readings_has_neither() {
        assert_eq!(Digest::of(&[]).lowest_cm, None);
    }
}
