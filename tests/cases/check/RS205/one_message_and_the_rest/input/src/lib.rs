use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    let first = &batch.messages()?[0];
    first.ack();
    batch.retry_all();
    Ok(())
}
