use axum::{Router, extract::Path, routing::get};

pub fn router() -> Router {
    Router::new()
        .route("/notes/{id}/parts/{part}", get(note).delete(part))
        .route("/files/{*rest}", get(part))
        .route("/all", axum::routing::post(note))
}

async fn note(Path(id): Path<u32>) {}

async fn part(Path((id, part)): axum::extract::Path<(u32, String)>) {}
