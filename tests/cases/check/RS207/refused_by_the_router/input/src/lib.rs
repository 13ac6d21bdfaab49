use worker::*;

pub fn router() -> Router<'static, ()> {
    Router::new()
        .get("/notes/:", |_, _| Response::ok("note"))
        .get("/files/*path/size", |_, _| Response::ok("size"))
        .or_else_any_method("/*", |_, _| Response::error("not found", 404))
}
