use axum::{Router, extract::Path, routing::get};

use std::collections::HashMap;

const NOTE: &str = "/notes/{id}";

pub fn router() -> Router {
    Router::new()
        .route(NOTE, get(note).delete(by_name))
        .route("/notes/{id}/parts/{part}", get(part).post(by_name).put(elsewhere::part).patch(|| async {}))
        .route("/all", get(nothing))
        .route("/{{id}}", get(note))
        .route("/guarded", guarded(note))
}

fn guarded<H>(handler: H) -> axum::routing::MethodRouter {
    todo!()
}

async fn nothing() {}

async fn note(Path(id): Path<u32>) {}

async fn part(_: String, Path((id, part)): Path<(u32, String)>) {}

async fn by_name(Path(names): Path<HashMap<String, String>>) {}

mod elsewhere {
    pub async fn part(Path(id): super::Path<u32>) {}
}
