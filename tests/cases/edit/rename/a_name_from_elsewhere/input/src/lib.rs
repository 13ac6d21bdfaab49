use worker::{Context, Env, Request, Response, Result, event};

mod bindings;

#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    let env = other(&env);
    store(&env).kv("NOTES")?;
    Response::ok(bindings::Bindings::new(&env)?.title)
}
