//! Routes requests to the pages and the server functions, and renders the document around a page.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode, header};
use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list, render_app_to_stream,
};
use leptos_meta::MetaTags;
use tower_service::Service;
use worker::{Env, HttpRequest};

use crate::app::App;

/// The routes in `app.rs`, which are found by rendering it once.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// Starts the client, and marks the root element once the page is interactive.
const START: &str = "import start from '/pkg/client.js';
await start();
document.documentElement.dataset.interactive = '';";

/// Handles a request for which there is no file in `assets`.
pub async fn answer(request: HttpRequest, env: Env) -> Response<Body> {
    let Ok(response) = router(env).call(request).await;
    response
}

fn router(env: Env) -> Router {
    // leptos requires options, but `document` below does not use them.
    let options = LeptosOptions::builder().output_name("client").build();
    let provide_env = move || provide_context(env.clone());
    Router::new()
        .leptos_routes_with_context(&options, PAGES.clone(), provide_env, document)
        .fallback(not_found)
        .with_state(options)
}

async fn not_found(request: Request) -> (StatusCode, Response<Body>) {
    let page = render_app_to_stream(document)(request).await;
    (StatusCode::NOT_FOUND, page)
}

/// Makes the running server function return 422 instead of 500. A form that was sent without
/// scripts is redirected back to its page instead.
pub fn refuse() {
    let is_form = use_context::<Parts>().is_some_and(|parts| wants_a_page(&parts));
    if let (Some(response), false) = (use_context::<ResponseOptions>(), is_form) {
        response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

fn wants_a_page(request: &Parts) -> bool {
    let kinds = request.headers.get(header::ACCEPT);
    kinds.is_some_and(|kinds| kinds.as_bytes().starts_with(b"text/html"))
}

/// The HTML document around every page. The client that it starts is built by `client.mjs`.
fn document() -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="description" content=env!("CARGO_PKG_DESCRIPTION") />
                <link rel="icon" href="data:," />
                <link rel="stylesheet" href="/style.css" />
                <link rel="modulepreload" href="/pkg/client.js" />
                <link rel="preload" href="/pkg/client_bg.wasm" r#as="fetch" crossorigin="" />
                <script type="module">{START}</script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
