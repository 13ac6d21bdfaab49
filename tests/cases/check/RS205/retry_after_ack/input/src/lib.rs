use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    for message in batch.messages()? {
        message.ack();
        message.retry();
    }
    Ok(())
}
