use worker::*;

#[durable_object]
pub struct Counter {
    sql: SqlStorage,
}

impl DurableObject for Counter {
    fn new(state: State, _env: Env) -> Self {
        Self { sql: state.storage().sql() }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        Response::ok("counted")
    }
}

#[durable_object]
pub struct Room {
    state: State,
}

impl DurableObject for Room {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }
}
