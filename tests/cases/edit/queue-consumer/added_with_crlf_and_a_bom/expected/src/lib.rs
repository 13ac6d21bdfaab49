use worker::{Context, Env, Request, Response, Result, event};

mod bindings;

#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    Response::ok(bindings::Bindings::new(&env)?.title)
}

/// Gets the messages of the queues that the wrangler file consumes, in batches.
///
/// A message that is acknowledged is done with; after `message.retry()` it comes again. To read
/// the bodies, give `MessageBatch` their type, and go through `batch.iter()`.
#[worker::event(queue)]
async fn queue(
    batch: worker::MessageBatch<String>,
    _env: worker::Env,
    _context: worker::Context,
) -> worker::Result<()> {
    for message in batch.raw_iter() {
        worker::console_log!("from {}: {:?}", batch.queue(), message.body());
        worker::MessageExt::ack(&message);
    }
    Ok(())
}
