use worker::*;

const PAGE: &str = include_str!("../pages/index.html");

#[cfg(test)]
const SEEN: &str = include_str!("../tests/seen.txt");
