use worker::*;

#[event(queue)]
pub async fn handle(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    Ok(())
}
