//! Accepts jobs, and runs each of them once. A job takes pieces of an item from the stock; while
//! there are too few, it waits and is retried.
//!
//! - `POST /jobs` puts a job in the queue
//! - `GET /jobs/{key}` returns the job and its state
//! - `PUT /stock/{item}` sets the number of pieces in stock
//! - `GET /stock/{item}` returns the number of pieces left
//!
//! This file is only the entry point: `route.rs` matches requests to routes, `api.rs` handles
//! them, `consumer.rs` consumes the queues, and `ledger_do.rs` keeps the records.

mod api;
mod bindings;
mod body;
mod consumer;
mod draft;
mod error;
mod field_error;
mod job;
mod ledger;
mod ledger_do;
mod problem;
mod route;
mod rules;
mod schema;
mod uuid;
mod verdict;

use worker::{Context, Env, MessageBatch, Request, Response, Result, console_error, event};

use bindings::Bindings;
use job::Job;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let answer = api::answer(request, &env).await;
    answer.or_else(error::Error::into_response)
}

/// Consumes both queues. It never returns an `Err`, which would end the whole instance.
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
