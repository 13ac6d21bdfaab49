use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    for message in batch.messages()? {
        match keep(&message).await {
            Ok(()) => message.ack(),
            Err(_) => message.retry(),
        }
        if message.body().is_empty() {
            message.ack();
        } else {
            message.retry();
        }
    }
    Ok(())
}
