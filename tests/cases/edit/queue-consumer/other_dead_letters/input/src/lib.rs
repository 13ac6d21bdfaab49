use worker::{Context, Env, MessageBatch, Request, Response, Result, event};

mod bindings;

#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    Response::ok(bindings::Bindings::new(&env)?.title)
}

#[event(queue)]
async fn queue(batch: MessageBatch<String>, _env: Env, _context: Context) -> Result<()> {
    batch.ack_all();
    Ok(())
}
