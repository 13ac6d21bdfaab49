//! How long to wait before an event is tried again. No Worker types here, so that `cargo test`
//! can run it.

/// The limits on a pause, in seconds.
pub struct Pause {
    pub shortest: u32,
    pub longest: u32,
}

impl Pause {
    /// Returns a pause as long as the message is old, so that it doubles with each attempt: the
    /// worker crate does not tell how many there were. All arguments are in milliseconds since
    /// 1970, and the result in seconds.
    pub fn after(&self, sent: u64, now: u64) -> u32 {
        let age = now.saturating_sub(sent) / 1000;
        let age = u32::try_from(age).unwrap_or(self.longest);
        age.max(self.shortest).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Pause = Pause {
        shortest: 10,
        longest: 600,
    };

    #[test]
    fn the_pause_doubles_with_each_attempt() {
        let mut now = 0;
        let pauses = [1, 2, 3, 4].map(|_| {
            let pause = PAUSE.after(0, now);
            now += u64::from(pause) * 1000;
            pause
        });
        assert_eq!(pauses, [10, 10, 20, 40]);
    }

    #[test]
    fn the_pause_stops_growing() {
        assert_eq!(PAUSE.after(0, 601_000), 600);
        assert_eq!(PAUSE.after(0, u64::MAX), 600);
    }

    #[test]
    fn a_message_from_the_future_waits_for_the_shortest_pause() {
        assert_eq!(PAUSE.after(5000, 0), 10);
    }
}
