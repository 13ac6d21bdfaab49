use worker::*;

pub fn read() -> std::io::Result<String> {
    std::fs::read_to_string("notes.txt")
}
