//! A help desk's mailbox, and a contact form that writes to its owner.
//!
//! | event | what it does |
//! | --- | --- |
//! | an e-mail to the mailbox | is forwarded to the owner and acknowledged, or rejected |
//! | `POST /messages` | sends a message to the owner |
//!
//! This file is only the entry point; start reading in `inbound_worker.rs` and `api.rs`.

mod api;
mod automatic;
mod bindings;
mod body;
mod draft;
mod error;
mod field_error;
mod inbound_worker;
mod letter;
mod problem;
mod reply;

use worker::{Context, Env, ForwardableEmailMessage, Request, Response, event};

use error::Error;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    api::answer(request, &env)
        .await
        .or_else(Error::into_response)
}

// An error that is returned here would panic, which fails every other event in flight too.
#[event(email)]
async fn email(
    message: ForwardableEmailMessage,
    env: Env,
    _context: Context,
) -> worker::Result<()> {
    inbound_worker::receive(&message, &env).await;
    Ok(())
}
