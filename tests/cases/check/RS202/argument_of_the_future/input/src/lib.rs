use worker::*;

#[durable_object(fetch, alarm)]
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
