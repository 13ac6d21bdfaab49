use worker::*;

#[event(queue)]
pub async fn handle(batch: MessageBatch<String>, env: Env, context: Context) -> Result<()> {
    Ok(())
}

#[event(fetch)]
pub async fn fetch(request: HttpRequest, env: Env, context: Context) -> Result<http::Response<Body>> {
    todo!()
}
