use worker::*;

pub const PAGE: &str = include_str!("../pages/index.html");
