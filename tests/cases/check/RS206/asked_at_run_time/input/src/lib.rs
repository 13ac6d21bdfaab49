use worker::*;

pub fn now() -> u64 {
    if cfg!(target_arch = "wasm32") {
        return Date::now().as_millis();
    }
    std::time::SystemTime::now().elapsed().unwrap().as_secs()
}
