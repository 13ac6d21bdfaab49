use worker::{Context, Env, Request, Response, Result, event};

mod bindings;

#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    let found = bindings::Bindings::new(&env)?;
    worker::console_log!("{:?} in NOTES", found.drafts.list().execute().await?.keys.len());
    Response::ok(bindings::Bindings::new(&env)?.title)
}
