use std::net::IpAddr;
use std::time::{Duration, Instant, SystemTime};
use worker::*;

pub struct Note {
    pub from: IpAddr,
    pub kept: Duration,
    pub start: Option<Instant>,
}

pub fn epoch() -> SystemTime {
    SystemTime::UNIX_EPOCH
}
