mod pages;

use worker::*;

pub fn router() -> Router<'static, ()> {
    Router::new()
        .get("/notes/:id", |_, _| Response::ok("note"))
        .get("/files/*path", |_, _| Response::ok("file"))
}
