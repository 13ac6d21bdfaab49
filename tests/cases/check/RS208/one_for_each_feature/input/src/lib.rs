use worker::*;

#[cfg(feature = "http")]
#[event(fetch)]
async fn one(request: Request, env: Env, context: Context) -> Result<Response> {
    Response::ok("one")
}

#[cfg(not(feature = "http"))]
#[event(fetch)]
async fn two(request: Request, env: Env, context: Context) -> Result<Response> {
    Response::ok("two")
}
