use worker::*;

#[durable_object]
pub struct ChatRoom {
    state: State,
}
