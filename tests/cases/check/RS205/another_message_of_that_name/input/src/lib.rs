use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    let mut messages = batch.messages()?.into_iter();
    let message = messages.next().unwrap();
    message.ack();
    let message = messages.next().unwrap();
    message.retry();
    messages.next().unwrap().ack();
    messages.next().unwrap().retry();
    Ok(())
}
