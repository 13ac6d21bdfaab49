//! Handles an incoming e-mail: rejects it, or forwards it to the owner and acknowledges it.

use worker::web_sys::Headers;
use worker::{EmailMessage, Env, ForwardableEmailMessage, Result, console_error, console_log};

use crate::bindings::Bindings;
use crate::letter::Letter;
use crate::reply;

/// In bytes. The platform takes more, but a message is parsed in the worker's memory.
const LONGEST_MESSAGE: f64 = 5.0 * 1024.0 * 1024.0;

/// Rejects what cannot be delivered, so that the sender learns of it. Nothing is lost silently.
pub async fn receive(message: &ForwardableEmailMessage, env: &Env) {
    let refusal = deliver(message, env).await.unwrap_or_else(|cause| {
        console_error!("{cause}");
        Some("the message could not be delivered, please try again later")
    });
    if let Some(refusal) = refusal {
        message.set_reject(refusal);
    }
}

/// Forwards a message, or returns in words for its sender why it is not accepted.
async fn deliver(message: &ForwardableEmailMessage, env: &Env) -> Result<Option<&'static str>> {
    let bindings = Bindings::new(env)?;
    if !message.to().eq_ignore_ascii_case(&bindings.mailbox) {
        return Ok(Some("there is no such mailbox"));
    }
    if message.raw_size() > LONGEST_MESSAGE {
        return Ok(Some("the message is longer than 5 MiB"));
    }
    let Some(letter) = Letter::parse(&message.raw_bytes().await?) else {
        return Ok(Some("the message is not a valid e-mail"));
    };
    if letter.has_program() {
        return Ok(Some("programs are not accepted as attachments"));
    }
    let (owner, count) = (&bindings.owner, letter.attachments.len());
    // The platform lets a worker add headers that begin with `X-`.
    let headers = Headers::new()?;
    headers.set("x-attachments", &count.to_string())?;
    message.forward_with_headers(owner, &headers).await?;
    console_log!("forwarded {} with {count} attachments", letter.id);
    // An acknowledgement is a courtesy: without it, the message is delivered all the same.
    if let Err(cause) = acknowledge(message, &letter).await {
        console_error!("no acknowledgement was sent: {cause}");
    }
    Ok(None)
}

async fn acknowledge(message: &ForwardableEmailMessage, letter: &Letter) -> Result<()> {
    // A bounce has no sender.
    let sender = message.from();
    if !letter.wants_reply() || sender.is_empty() {
        return Ok(());
    }
    let raw = reply::acknowledge(letter, &message.to(), &sender);
    let reply = EmailMessage::new(&message.to(), &sender, &raw)?;
    message.reply(&reply).await?;
    Ok(())
}
