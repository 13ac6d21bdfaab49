use worker::*;

#[durable_object]
pub struct Counters {
    state: State,
}
