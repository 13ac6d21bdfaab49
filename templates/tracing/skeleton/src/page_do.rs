//! The Durable Object: counts the visits of one page.

use serde::{Deserialize, Serialize};
use tracing::{info, instrument};
use worker::{DurableObject, Env, Method, Request, Response, SqlStorage, State, durable_object};

use crate::bindings::Bindings;
use crate::error::Result;
use crate::request_span::{self, REQUEST_ID};

#[derive(Serialize, Deserialize)]
pub struct Visits {
    pub visits: u32,
}

#[durable_object(fetch)]
pub struct Page {
    sql: SqlStorage,
    env: Env,
}

impl DurableObject for Page {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        Self { sql, env }
    }

    /// Opens a span of its own, as the object may run on another machine than the worker. It has
    /// the id from the request, which only the worker can send.
    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let request_id = request.headers().get(REQUEST_ID)?.unwrap_or_default();
        let percent = Bindings::new(&self.env)?.sample_percent;
        let span = request_span::open("object", &request, &request_id, percent);
        request_span::answer_in(span, async { self.answer(&request) }).await
    }
}

impl Page {
    fn answer(&self, request: &Request) -> Result<Response> {
        let is_visit = request.method() == Method::Post;
        let visits = self.count(is_visit.into())?;
        info!(visits = visits.visits, "counted");
        Ok(Response::from_json(&visits)?)
    }

    /// Adds visits, and returns how many there are then.
    #[instrument(skip_all)]
    fn count(&self, more: i64) -> Result<Visits> {
        let create = "CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY, visits INTEGER)";
        self.sql.exec(create, None)?;
        let add = "INSERT INTO page VALUES (1, ?1)
            ON CONFLICT DO UPDATE SET visits = visits + ?1 RETURNING visits";
        Ok(self.sql.exec(add, vec![more.into()])?.one()?)
    }
}
