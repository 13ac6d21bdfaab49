use worker::*;

#[durable_object]
pub struct Counter {
    state: State,
}
