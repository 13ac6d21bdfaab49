//! What becomes of the messages.

use worker::{MessageBatch, MessageExt, Result, console_log};

pub fn consume(batch: &MessageBatch<String>) -> Result<()> {
    match batch.queue().as_str() {
        "jobs" => jobs(batch),
        "jobs-dlq" => buried(batch),
        "letters" => letters(batch),
        "cards" => cards(batch),
        other => {
            console_log!("no branch for {other}");
            Ok(())
        }
    }
}

/// No job can ever be done.
fn jobs(batch: &MessageBatch<String>) -> Result<()> {
    for message in batch.messages()? {
        console_log!("a job failed");
        message.retry();
    }
    Ok(())
}

fn buried(batch: &MessageBatch<String>) -> Result<()> {
    console_log!("{} given up", batch.messages()?.len());
    Ok(())
}

fn letters(batch: &MessageBatch<String>) -> Result<()> {
    for message in batch.messages()? {
        console_log!("a letter came");
        message.retry();
    }
    Ok(())
}

fn cards(batch: &MessageBatch<String>) -> Result<()> {
    for message in batch.messages()? {
        console_log!("a card came");
        message.retry();
    }
    Ok(())
}
