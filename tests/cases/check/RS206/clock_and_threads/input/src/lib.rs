use std::thread::sleep;
use std::time::{Duration, Instant};
use worker::*;

pub fn wait() -> Duration {
    let start = Instant::now();
    sleep(Duration::from_secs(1));
    start.elapsed()
}
