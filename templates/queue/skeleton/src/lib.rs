//! Takes jobs, and does each of them once. A job takes pieces of an item from the stock;
//! while there are too few, it waits and is tried again.
//!
//! - `POST /jobs` puts a job in the queue
//! - `GET /jobs/{key}` answers what became of it
//! - `PUT /stock/{item}` says how many pieces there are
//! - `GET /stock/{item}` answers how many are left
//!
//! This file only wires: `route.rs` decides what a request asks for, `api.rs` answers
//! it, `consumer.rs` works through the queues, and `ledger_do.rs` remembers the rest.

mod api;
mod bindings;
mod body;
mod consumer;
mod draft;
mod error;
mod job;
mod ledger;
mod ledger_do;
mod route;
mod schema;
mod verdict;

use worker::{Context, Env, MessageBatch, Request, Response, Result, console_error, event};

use bindings::Bindings;
use job::Job;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let answer = api::answer(request, &env).await;
    answer.or_else(error::Error::into_response)
}

/// Both queues deliver here. An `Err` would end the whole instance, so none is returned.
#[event(queue)]
async fn queue(batch: MessageBatch<Job>, env: Env, _context: Context) -> Result<()> {
    match Bindings::new(&env) {
        Ok(bindings) => consumer::consume(&batch, &bindings).await,
        Err(cause) => {
            console_error!("{cause}");
            batch.retry_all();
        }
    }
    Ok(())
}
