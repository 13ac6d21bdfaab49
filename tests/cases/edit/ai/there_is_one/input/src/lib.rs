use worker::{Context, Env, Request, Response, Result, event};

mod bindings;

#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    Response::ok(bindings::Bindings::new(&env)?.title)
}
