//! The contact form's address: it reads a message and sends it to the owner.

use serde::Serialize;
use worker::{Env, Method, Request, Response, ResponseBuilder, SendEmailBuilder};

use crate::bindings::Bindings;
use crate::body;
use crate::draft::Draft;
use crate::error::{Error, Result};

/// In bytes. The longest message needs nearly as many if every character is escaped.
const LONGEST_BODY: u64 = 64 * 1024;

#[derive(Serialize)]
struct Sent {
    id: String,
}

pub async fn answer(request: Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        (Method::Post, ["messages"]) => send(request, &Bindings::new(env)?).await,
        (_, ["messages"]) => Err(Error::MethodNotAllowed("POST")),
        _ => Err(Error::NotFound),
    }
}

async fn send(mut request: Request, bindings: &Bindings) -> Result<Response> {
    body::check_length(&request, LONGEST_BODY)?;
    let draft: Draft = request.json().await.map_err(Error::Unreadable)?;
    draft.check().map_err(Error::Invalid)?;

    // The visitor's address is no sender of yours: mail servers would take it for forged.
    let message = SendEmailBuilder::builder(&bindings.mailbox, &bindings.owner, &draft.subject)
        .reply_to(&draft.from)
        .text(&draft.text)
        .build();
    let sent = bindings.mail.send_with_builder(&message).await;
    let id = sent.map_err(worker::Error::from)?.message_id();
    Ok(ResponseBuilder::new()
        .with_status(202)
        .from_json(&Sent { id })?)
}
