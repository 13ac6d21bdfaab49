//! Streams the model's answer to a conversation.

use futures_util::{Stream, StreamExt, future::ready, stream};
use serde::Serialize;
use worker::{ByteStream, Request, Response, ResponseBuilder, console_error};

use crate::bindings::Bindings;
use crate::body;
use crate::chunks::Parser;
use crate::conversation::{Conversation, Message};
use crate::error::{Error, Result};
use crate::events::Event;

/// In bytes. The longest conversation in a Latin script needs fewer.
const LONGEST_BODY: u64 = 200_000;

/// A longer answer ends there. Each token costs, whoever has asked for it.
const MOST_TOKENS: u32 = 1_000;

/// The input of a model that generates text.
#[derive(Serialize)]
struct Input {
    messages: Vec<Message>,
    max_tokens: u32,
    stream: bool,
}

pub async fn answer(bindings: Bindings, mut request: Request) -> Result<Response> {
    body::check_length(&request, LONGEST_BODY)?;
    let conversation: Conversation = request.json().await.map_err(Error::Unreadable)?;
    let input = Input {
        messages: conversation.checked(bindings.instructions)?,
        max_tokens: MOST_TOKENS,
        stream: true,
    };
    let model = bindings.ai.run_bytes(&bindings.model, &input).await;
    let events = events(model.map_err(Error::Model)?);
    // The type tells proxies to pass on each event at once.
    let response = ResponseBuilder::new().with_header("content-type", "text/event-stream")?;
    let response = response.with_header("cache-control", "no-store")?;
    Ok(response.from_stream(events)?)
}

/// Turns what the model sends into what the client gets. The last event tells how the answer
/// ended, because the status was sent long before.
fn events(model: ByteStream) -> impl Stream<Item = worker::Result<String>> {
    let start = Some((model, Parser::default()));
    let texts = stream::unfold(start, |state| async {
        let (mut model, mut parser) = state?;
        let events = match model.next().await {
            Some(Ok(bytes)) => parser.push(&bytes),
            Some(Err(cause)) => {
                console_error!("{cause}");
                vec![Event::BrokenOff]
            }
            None => vec![Event::BrokenOff],
        };
        if events.ends_with(&[Event::BrokenOff]) {
            console_error!("the model's answer broke off");
        }
        let is_over = events.last().is_some_and(Event::is_last);
        let text: String = events.into_iter().map(Event::into_text).collect();
        Some((text, (!is_over).then_some((model, parser))))
    });
    texts.filter(|text| ready(!text.is_empty())).map(Ok)
}
