use worker::*;

#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> Result<Response> {
    Response::ok("hello")
}

#[cfg(test)]
mod tests {}
