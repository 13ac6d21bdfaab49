//! Accepts events over HTTP, and delivers each of them to a webhook from a queue.
//!
//! `POST /events` puts an event in the queue. This file is only the entry point: `api.rs`
//! produces messages, and `consumer.rs` consumes them.

mod api;
mod bindings;
mod body;
mod consumer;
mod error;
mod event;
mod field_error;
mod pause;
mod problem;
mod uuid;

use worker::{Context, Env, MessageBatch, Request, Response, console_error, event};

use bindings::Bindings;
use error::Error;
use event::Event;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let answer = api::answer(request, &env).await;
    answer.or_else(Error::into_response)
}

/// Consumes both queues. It never returns an `Err`, which would end the whole instance.
#[event(queue)]
async fn queue(batch: MessageBatch<Event>, env: Env, _context: Context) -> worker::Result<()> {
    match Bindings::new(&env) {
        Ok(bindings) if batch.queue() == bindings.dead_letter_queue => consumer::bury(&batch),
        Ok(bindings) => consumer::deliver_all(&batch, &bindings).await,
        Err(cause) => {
            console_error!("{cause}");
            batch.retry_all();
        }
    }
    Ok(())
}
