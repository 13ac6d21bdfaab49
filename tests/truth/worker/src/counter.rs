//! A Durable Object that counts in SQL.

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

#[durable_object(fetch)]
pub struct Counter {
    state: State,
}

impl DurableObject for Counter {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        let sql = self.state.storage().sql();
        sql.exec("CREATE TABLE IF NOT EXISTS counts (n INTEGER)", None)?;
        sql.exec("INSERT INTO counts VALUES (1)", None)?;
        Response::ok("counted")
    }
}
