use worker::*;

#[cfg(not(target_arch = "wasm32"))]
pub fn now() -> std::time::Instant {
    std::time::Instant::now()
}

#[cfg(feature = "native")]
pub fn read() -> std::io::Result<String> {
    std::fs::read_to_string("notes.txt")
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_waits() {
        std::thread::sleep(std::time::Duration::ZERO);
    }
}
