//! Rate limit: how fast one socket may send. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

// A message in `error.rs` repeats this number.
const MOST_FRAMES: u32 = 10;

/// The number of frames since a point in time, which is in milliseconds since 1970.
#[derive(Default, Serialize, Deserialize)]
pub struct RateLimit {
    since: i64,
    frames: u32,
}

impl RateLimit {
    /// Counts one more frame, or refuses it if it exceeds the limit.
    pub fn count(&mut self, now: i64) -> Result<()> {
        if !(0..10_000).contains(&(now - self.since)) {
            (self.since, self.frames) = (now, 0);
        }
        self.frames += 1;
        let fits = self.frames <= MOST_FRAMES;
        fits.then_some(()).ok_or(Error::TooFast)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_800_000_000_000;

    /// The state after ten frames at once, which is the limit.
    fn used_up() -> RateLimit {
        let mut limit = RateLimit::default();
        for _ in 0..10 {
            limit.count(START).unwrap();
        }
        limit
    }

    #[test]
    fn the_eleventh_frame_in_ten_seconds_is_too_fast() {
        for now in [START, START + 9_999] {
            assert!(matches!(used_up().count(now), Err(Error::TooFast)));
        }
    }

    #[test]
    fn the_count_restarts_after_ten_seconds() {
        let mut limit = used_up();
        limit.count(START + 10_000).unwrap();
        assert_eq!((limit.since, limit.frames), (START + 10_000, 1));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lock_anyone_out() {
        assert!(used_up().count(START - 1).is_ok());
    }
}
