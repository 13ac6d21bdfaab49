use worker::*;

const PARCELS: &str = "parcel";

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    match batch.queue().as_str() {
        "letters" => Ok(()),
        PARCELS => Ok(()),
        _ => Err("no such queue".into()),
    }
}
