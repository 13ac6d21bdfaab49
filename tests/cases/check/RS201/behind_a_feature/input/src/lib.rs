use worker::*;

#[cfg(feature = "counting")]
#[durable_object]
pub struct Counter {
    state: State,
}
