//! The Durable Object: one pantry, with a database that no other pantry sees.

use serde::Serialize;
use worker::{DurableObject, Env, Request, Response, Result, SqlStorage, State, durable_object};

use crate::bindings::Bindings;
use crate::command::Command;
use crate::error::Error;
use crate::pile::{self, Pile};
use crate::store::{Store, now};

/// With `alarm`, the object exports an alarm handler in addition to `fetch`.
#[durable_object(alarm)]
pub struct Pantry {
    store: Store,
    env: Env,
}

/// The response to every command: the pantry's current contents.
#[derive(Serialize)]
struct Contents {
    items: Vec<Pile>,
}

impl DurableObject for Pantry {
    fn new(state: State, env: Env) -> Self {
        let store = Store::new(&state);
        let migrating = store.clone();
        // Holds back every event until the tables are ready. If a migration fails, the runtime
        // discards this object, and the next request tries again.
        let _ready = state.block_concurrency_while(async move { Ok(migrating.migrate().await?) });
        Self { store, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        self.answer(request).await.or_else(Error::into_response)
    }

    /// Deletes expired items. The runtime retries if this fails.
    async fn alarm(&self) -> Result<Response> {
        let delete = |sql: &SqlStorage| Ok(pile::delete_expired(sql, now())?);
        self.store.change(delete).await?;
        Response::empty()
    }
}

impl Pantry {
    async fn answer(&self, mut request: Request) -> std::result::Result<Response, Error> {
        match request.json().await? {
            Command::List => {}
            Command::PutIn(items) => {
                let expires_after = Bindings::new(&self.env)?.expires_after_seconds;
                let expires_at = now() + i64::from(expires_after) * 1000;
                let put = move |sql: &SqlStorage| {
                    let mut items = items.into_iter();
                    items.try_for_each(|item| pile::put(sql, item, expires_at))
                };
                self.store.change(put).await?;
            }
            Command::Move(step) => self.store.change(|sql| pile::shift(sql, step)).await?,
        }
        let items = pile::list(&self.store.sql())?;
        Ok(Response::from_json(&Contents { items })?)
    }
}
