use worker::*;

#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    Response::ok(env.kv("NOTES")?.get("a").text().await?.unwrap_or_default())
}

#[cfg(test)]
mod tests {}
