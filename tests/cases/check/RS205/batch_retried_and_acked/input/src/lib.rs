use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    batch.retry_all();
    batch.ack_all();
    Ok(())
}
