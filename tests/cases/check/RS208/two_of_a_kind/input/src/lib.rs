mod other;

use worker::*;

#[event(fetch)]
async fn one(request: Request, env: Env, context: Context) -> Result<Response> {
    Response::ok("one")
}
