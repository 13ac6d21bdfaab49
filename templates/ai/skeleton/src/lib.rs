//! Answers of a language model, sent while it writes them.
//!
//! | request | what it does |
//! | --- | --- |
//! | `POST /chat` | streams the model's answer to a conversation |
//! | `POST /embeddings` | returns a vector for each text |
//!
//! Start reading in `chat.rs`.

mod bindings;
mod body;
mod chat;
mod chunks;
mod conversation;
mod embeddings;
mod error;
mod events;
mod problem;

use worker::{Context, Env, Method, Request, Response, event};

use bindings::Bindings;
use error::{Error, Result};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

async fn answer(request: Request, env: &Env) -> Result<Response> {
    let bindings = Bindings::new(env)?;
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        (Method::Post, ["chat"]) => chat::answer(bindings, request).await,
        (Method::Post, ["embeddings"]) => embeddings::answer(&bindings, request).await,
        (_, ["chat" | "embeddings"]) => Err(Error::MethodNotAllowed("POST")),
        _ => Err(Error::NotFound),
    }
}
