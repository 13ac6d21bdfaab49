use worker::{Context, Env, Request, Response, Result, event};

// Ours.
mod bindings;
mod counter;
#[cfg(test)]
mod doubles;
pub mod words;


#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    Response::ok(bindings::Bindings::new(&env)?.title)
}
