mod waking;

use worker::*;

#[durable_object(alarm)]
pub struct Room {
    state: State,
}
