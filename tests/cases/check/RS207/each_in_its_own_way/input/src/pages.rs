use axum::{Router, routing::get};

pub fn router() -> Router {
    Router::new()
        .route("/notes/{id}", get(note))
        .nest("/parts", Router::new().route("/{*rest}", get(note)))
}

async fn note() {}
