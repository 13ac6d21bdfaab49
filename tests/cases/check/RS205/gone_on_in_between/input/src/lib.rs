use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    for message in batch.messages()? {
        if message.body().is_empty() {
            message.ack();
            continue;
        }
        message.retry();
    }
    Ok(())
}
