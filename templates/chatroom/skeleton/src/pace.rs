//! Rate limit: how fast one socket may send. No Worker types here.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

// The messages in `error.rs` repeat these numbers.
const WINDOW_MS: i64 = 10_000;
const MOST_FRAMES: u32 = 10;

/// The number of frames since a point in time, which is in milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    since: i64,
    frames: u32,
}

impl Pace {
    /// Counts one more frame, or refuses it if it exceeds the limit.
    pub fn step(self, now: i64) -> Result<Self> {
        let Self { since, frames } = self;
        if !(0..WINDOW_MS).contains(&(now - since)) {
            return Ok(Self {
                since: now,
                frames: 1,
            });
        }
        let frames = frames + 1;
        let fits = frames <= MOST_FRAMES;
        fits.then_some(Self { since, frames }).ok_or(Error::TooFast)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_800_000_000_000;

    /// The state after ten frames at once, which is the limit.
    fn breathless() -> Pace {
        let pace = (0..10).try_fold(Pace::default(), |pace, _| pace.step(START));
        pace.unwrap()
    }

    #[test]
    fn the_eleventh_frame_in_ten_seconds_is_too_fast() {
        assert!(matches!(breathless().step(START), Err(Error::TooFast)));
        assert!(matches!(
            breathless().step(START + 9_999),
            Err(Error::TooFast)
        ));
    }

    #[test]
    fn the_count_restarts_after_ten_seconds() {
        let later = START + 10_000;
        assert_eq!(
            breathless().step(later).unwrap(),
            Pace {
                since: later,
                frames: 1
            }
        );
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lock_anyone_out() {
        assert!(breathless().step(START - 1).is_ok());
    }
}
