//! A worker that routes its requests with `worker::Router`.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /account/:id` | reads an account |
//! | `PUT /account/:id` | writes an account |
//! | `GET /docs/*page` | redirects to a page of the documentation |
//! | `POST /upload` | accepts a form with files and fields |
//! | `POST /echo-bytes` | sends the body back |

mod bindings;
mod body;
mod error;
mod handlers;
mod problem;

use worker::{Env, Request, Response, ResponseBuilder, Router, event};

use bindings::{Bindings, Context};
use error::{Error, Result};
use handlers::{read_account, take_upload, write_account};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: worker::Context) -> worker::Result<Response> {
    answer(request, env).await.or_else(Error::into_response)
}

async fn answer(request: Request, env: Env) -> Result<Response> {
    // The worker crate treats a method that it does not know as `GET`.
    if request.inner().method() != request.method().as_ref() {
        return Err(Error::UnknownMethod);
    }
    // Keep them in sync with the routes: the `Router` cannot list the methods of a path.
    let allowed = match request.path().split('/').nth(1) {
        Some("account") => "GET, HEAD, PUT",
        Some("docs") => "GET, HEAD",
        _ => "POST",
    };
    match router(Bindings::new(&env)?).run(request, env).await? {
        // If a path only has routes for other methods, the `Router` returns a 405 itself, as
        // plain text and without `Allow`, and does not try `or_else_any_method`.
        response if response.status_code() == 405 => Err(Error::MethodNotAllowed(allowed)),
        response => Ok(response),
    }
}

/// The routes. All handlers share the bindings, which are `data` in a handler's context.
///
/// A `GET` route does not match `HEAD`, so `HEAD` has its own routes; the runtime drops their
/// bodies. `*` never matches an empty rest, so a catch-all takes two patterns. They are given to
/// `or_else_any_method`, which is matched separately: as a route, `/*path` would not match paths
/// that differ from another route only by a trailing slash, such as `/upload/`.
fn router(bindings: Bindings) -> Router<'static, Bindings> {
    Router::with_data(bindings)
        .get_async("/account/:id", |req, ctx| respond(read_account(req, ctx)))
        .head_async("/account/:id", |req, ctx| respond(read_account(req, ctx)))
        .put_async("/account/:id", |req, ctx| respond(write_account(req, ctx)))
        .get("/docs/*page", |req, ctx| find_page(&req, &ctx))
        .head("/docs/*page", |req, ctx| find_page(&req, &ctx))
        .post_async("/upload", |req, ctx| respond(take_upload(req, ctx)))
        .post_async("/echo-bytes", |req, ctx| respond(echo_bytes(req, ctx)))
        .or_else_any_method("/", |_, _| Error::NotFound.into_response())
        .or_else_any_method("/*path", |_, _| Error::NotFound.into_response())
}

/// Turns our own error, with which a handler fails, into a response.
async fn respond(answer: impl Future<Output = Result<Response>>) -> worker::Result<Response> {
    answer.await.or_else(Error::into_response)
}

/// Redirects temporarily, so that browsers notice when `DOCS_URL` has changed.
fn find_page(request: &Request, context: &Context) -> worker::Result<Response> {
    let page = context.param("page").map_or("", String::as_str);
    let url = request.inner().url();
    let query = url.find('?').map_or("", |start| &url[start..]);
    let address = format!("{}/{page}{query}", context.data.docs_url);
    let response = ResponseBuilder::new().with_status(302);
    Ok(response.with_header("location", &address)?.empty())
}

async fn echo_bytes(mut request: Request, _: Context) -> Result<Response> {
    body::check_length(&request, 64 * 1024)?;
    Ok(Response::from_bytes(request.bytes().await?)?)
}
