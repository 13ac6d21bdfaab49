use worker::{DurableObject, Env, Request, Response, Result, State};

#[worker::durable_object(fetch)]
pub struct Room {
    state: State,
}

impl DurableObject for Room {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        Response::ok(self.state.id().to_string())
    }
}
