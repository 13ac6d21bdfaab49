//! The source of readings. Put your own here.
//!
//! This one needs no network: it makes up a tide that rises and falls with the moon. What matters
//! is that it returns the reading of a given hour, not the current one. So it can be called again
//! for an hour that was missed or that failed.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::plan::Time;

/// What is recorded each hour.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub height_cm: i32,
}

/// The new moon of 6 January 2000, when the tide table begins, in seconds since 1970.
const NEW_MOON: i64 = 947_182_440;
/// From one high water to the next: 12 hours and 25 minutes.
const CYCLE_SECONDS: i64 = 44_700;
/// How high the water rises above the mean level.
const HIGH_CM: i64 = 100;

/// Returns the reading of an hour, or an error if there is none.
pub fn read(hour: Time) -> Result<Reading, Error> {
    let since = hour.timestamp() - NEW_MOON;
    if since < 0 {
        return Err(Error::NoReading(hour));
    }
    let from_low = (since % CYCLE_SECONDS - CYCLE_SECONDS / 2).abs();
    let height = from_low * 4 * HIGH_CM / CYCLE_SECONDS - HIGH_CM;
    let height_cm = height.try_into().map_err(|_| Error::NoReading(hour))?;
    Ok(Reading { height_cm })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn height(hour: &str) -> i32 {
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
}
