use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    match batch.queue().as_str() {
        "letters" => Ok(()),
        "bills" => Ok(()),
        _ => Err("no such queue".into()),
    }
}
