//! The Durable Object: one pantry, with a database that no other pantry sees.

use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::json;
use worker::{DurableObject, Env, Request, Response, SqlStorage, State, durable_object};

use crate::bindings::Bindings;
use crate::error::{Error, Result};
use crate::item::{self, Item, Move};
use crate::route::{self, Action};
use crate::{rows, store};

/// With `alarm`, the object exports an alarm handler in addition to `fetch`.
#[durable_object(alarm)]
pub struct Pantry {
    state: Rc<State>,
    env: Env,
}

impl DurableObject for Pantry {
    fn new(state: State, env: Env) -> Self {
        let state = Rc::new(state);
        let migrating = Rc::clone(&state);
        let migration = async move { Ok(store::migrate(&migrating).await?) };
        // Holds back every event until the tables are ready. If a migration fails, the runtime
        // discards this object, and the next request tries again.
        let _ready = state.block_concurrency_while(migration);
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        self.answer(request).await.or_else(Error::into_response)
    }

    /// Deletes expired items. The runtime retries if this fails.
    async fn alarm(&self) -> worker::Result<Response> {
        let delete = |sql: &SqlStorage| rows::delete_expired(sql, store::now());
        store::change(&self.state, delete).await?;
        Response::empty()
    }
}

impl Pantry {
    /// Answers every request with the pantry's contents after it.
    async fn answer(&self, request: Request) -> Result<Response> {
        let (action, _) = route::choose(request.method().as_ref(), &request.path())?;
        match action {
            Action::List => {}
            Action::PutIn => self.put_in(read(request).await?).await?,
            Action::Move => {
                let step: Move = read(request).await?;
                item::check_move(&step).map_err(Error::Invalid)?;
                store::change(&self.state, |sql| rows::apply(sql, step)).await?;
            }
        }
        let items = rows::list(&self.state.storage().sql())?;
        Ok(Response::from_json(&json!({ "items": items }))?)
    }

    async fn put_in(&self, items: Vec<Item>) -> Result<()> {
        item::check_all(&items).map_err(Error::Invalid)?;
        let expires_after = Bindings::new(&self.env)?.expires_after_seconds;
        let expires_at = store::now() + i64::from(expires_after) * 1000;
        let put = move |sql: &SqlStorage| {
            let mut items = items.into_iter();
            items.try_for_each(|item| rows::put(sql, Item { expires_at, ..item }))
        };
        store::change(&self.state, put).await
    }
}

async fn read<T: DeserializeOwned>(mut request: Request) -> Result<T> {
    request.json().await.map_err(Error::Unreadable)
}
