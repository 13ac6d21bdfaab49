use worker::*;

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    match batch.queue().as_str() {
        "letters" => Ok(()),
        _ => Err("no such queue".into()),
    }
}

pub struct Job;

impl Job {
    pub fn queue(&self) -> &str {
        "urgent"
    }

    pub fn is_urgent(&self) -> bool {
        self.queue() == "soon"
    }
}
