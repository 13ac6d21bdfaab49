//! Consumes the messages of both queues.
//!
//! A queue delivers a message at least once, so the webhook can get an event twice. It knows the
//! second one by the header `Idempotency-Key`, which is the event's id.

use worker::{
    AbortSignal, Date, Fetch, Headers, Message, MessageBatch, MessageExt, Method,
    QueueRetryOptionsBuilder, RawMessage, Request, RequestInit, RequestRedirect, Result,
    console_error, console_log, web_sys,
};

use crate::bindings::Bindings;
use crate::event::Event;

/// Delivers every event of a batch, one after the other. Each message is acknowledged or retried
/// by itself: one that fails does not bring back the others. The batch is iterated both raw and
/// parsed, so that a message without a valid event does not stop the others, either.
pub async fn deliver_all(batch: &MessageBatch<Event>, bindings: &Bindings) {
    for (message, event) in batch.raw_iter().zip(batch.iter()) {
        match deliver(event, bindings).await {
            Ok(id) => {
                console_log!("event {id} is delivered");
                message.ack();
            }
            Err(cause) => {
                console_error!("message {}: {cause}", message.id());
                retry(&message, bindings);
            }
        }
    }
}

/// Sends an event to the webhook, and returns its id. Any answer but a success is a failure, and
/// so is one that takes too long: the other events of the batch wait for it.
async fn deliver(event: Result<Message<Event>>, bindings: &Bindings) -> Result<String> {
    let event = event?.into_body();
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("idempotency-key", &event.id)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(Some(serde_json::to_string(&event)?.into()))
        // Followed, a redirect would become a `GET`, whose success is no delivery.
        .with_redirect(RequestRedirect::Manual);
    let request = Request::new_with_init(&bindings.webhook_url, &init)?;
    let patience = web_sys::AbortSignal::timeout_with_u32(bindings.patience_ms);
    let fetch = Fetch::Request(request);
    let response = fetch.send_with_signal(&AbortSignal::from(patience)).await?;
    match response.status_code() {
        200..=299 => Ok(event.id),
        status => Err(format!("the webhook answered {status} to event {}", event.id).into()),
    }
}

/// Puts a message back. After `max_retries`, the platform moves it to the dead letter queue.
fn retry(message: &RawMessage, bindings: &Bindings) {
    let sent = message.timestamp().as_millis();
    let seconds = bindings.pause.after(sent, Date::now().as_millis());
    let options = QueueRetryOptionsBuilder::new().with_delay_seconds(seconds);
    message.retry_with_options(&options.build());
}

/// Logs the events that were given up. Store them or raise an alarm here.
pub fn bury(batch: &MessageBatch<Event>) {
    for message in batch.raw_iter() {
        console_error!("dead letter {}: {:?}", message.id(), message.body());
    }
    batch.ack_all();
}
