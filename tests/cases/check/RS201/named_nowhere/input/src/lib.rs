use worker::*;

#[durable_object]
pub struct Counter {
    state: State,
}

#[durable_object]
pub struct Rooms {
    state: State,
}
