use axum::{Router, extract::Path, routing::get};

pub fn router() -> Router {
    let parts = Router::new().route("/{part}", get(part));
    Router::new().nest("/notes/{id}", parts)
}

async fn part(Path((id, part)): Path<(u32, String)>) {}
