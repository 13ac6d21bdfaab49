//! The source of readings, and their summary. Put your own here. No Worker types here.
//!
//! This one needs no network: it makes up a tide that rises and falls with the moon. What matters
//! is that it returns the reading of a given hour, not the current one. So it can be called again
//! for an hour that was missed or that failed.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::plan::Time;

/// What is recorded each hour.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub height_cm: i64,
}

/// The summary of a day, which is kept forever.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The number of readings: fewer than 24 on the very first day.
    readings: usize,
    lowest_cm: Option<i64>,
    highest_cm: Option<i64>,
}

impl Digest {
    /// Summarizes the readings of a day, in any order.
    pub fn of(readings: &[Reading]) -> Self {
        Self {
            readings: readings.len(),
            lowest_cm: readings.iter().map(|each| each.height_cm).min(),
            highest_cm: readings.iter().map(|each| each.height_cm).max(),
        }
    }
}

/// The new moon of 6 January 2000, when the tide table begins, in seconds since 1970.
const NEW_MOON: i64 = 947_182_440;
/// From one high water to the next: 12 hours and 25 minutes.
const CYCLE_SECONDS: i64 = 44_700;
/// How high the water rises above the mean level.
const HIGH_CM: i64 = 100;

/// Returns the reading of an hour, or an error if there is none.
pub fn read(hour: Time) -> Result<Reading> {
    let since = hour.timestamp() - NEW_MOON;
    if since < 0 {
        return Err(Error::NoReading(format!("{hour} is before the tide table")));
    }
    let from_low = (since % CYCLE_SECONDS - CYCLE_SECONDS / 2).abs();
    let height_cm = from_low * 4 * HIGH_CM / CYCLE_SECONDS - HIGH_CM;
    Ok(Reading { height_cm })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn height(hour: &str) -> i64 {
        read(hour.parse().unwrap()).unwrap().height_cm
    }

    #[test]
    fn the_water_rises_and_falls_within_its_bounds() {
        let day: Vec<_> = (0..24)
            .map(|hour| height(&format!("2026-11-16T{hour:02}:00:00Z")))
            .collect();
        assert!(day.iter().all(|height| height.abs() <= 100), "{day:?}");
        assert!(day.iter().any(|height| *height > 80), "{day:?}");
        assert!(day.iter().any(|height| *height < -80), "{day:?}");
    }

    #[test]
    fn the_tide_repeats_after_twelve_cycles() {
        let height = height("2026-11-16T23:00:00Z");
        let twelve_cycles_later = "2026-11-23T04:00:00Z";
        assert_eq!(height, self::height(twelve_cycles_later));
    }

    #[test]
    fn an_hour_before_the_table_begins_has_no_reading() {
        let hour = "1999-12-31T23:00:00Z".parse().unwrap();
        assert!(matches!(read(hour), Err(Error::NoReading(_))));
    }

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
