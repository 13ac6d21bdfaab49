use worker::*;

#[cfg_attr(feature = "waking", durable_object(alarm))]
#[cfg_attr(not(feature = "waking"), durable_object(fetch))]
pub struct Room {
    state: State,
}

impl DurableObject for Room {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        Response::empty()
    }

    async fn alarm(&self) -> Result<Response> {
        Response::empty()
    }
}
