use worker::*;

#[event(fetch, respond_with_errors)]
async fn two(request: Request, env: Env, context: Context) -> Result<Response> {
    Response::ok("two")
}
