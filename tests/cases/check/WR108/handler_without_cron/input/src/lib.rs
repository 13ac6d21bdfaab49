use worker::*;

#[event(scheduled)]
pub async fn handle(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    Ok(())
}
