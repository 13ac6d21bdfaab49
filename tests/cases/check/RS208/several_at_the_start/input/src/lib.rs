use worker::*;

#[event(start)]
fn log() {}

#[event(start)]
fn count() {}

#[event(fetch)]
async fn one(request: Request, env: Env, context: Context) -> Result<Response> {
    Response::ok("one")
}
