use worker::*;

const FILES: &str = "/files/{*path}";

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    Router::new()
        .get("/", |_, _| Response::ok("notes"))
        .get_async("/notes/{id}/parts/{part}", |_, context| async move { Response::ok(context.param("id").unwrap()) })
        .get(FILES, |_, _| Response::ok("file"))
        .run(request, env)
        .await
}
