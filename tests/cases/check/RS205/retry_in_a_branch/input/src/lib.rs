use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    for message in batch.messages()? {
        message.ack();
        if keep(&message).await.is_err() {
            let after = QueueRetryOptionsBuilder::new().with_delay_seconds(9).build();
            message.retry_with_options(&after);
        }
    }
    Ok(())
}
