//! The routes, and the refusal of all other requests.

use std::pin::Pin;

use worker::{Env, Request, Response, Router};

use crate::bindings::Bindings;
use crate::error::Error;
use crate::handlers::{self, Context};

/// Handles a request with any path and method.
pub async fn answer(request: Request, env: Env) -> Result<Response, Error> {
    check_method(&request)?;
    let allowed = allowed(&request.path());
    let router = router(Bindings::new(&env)?);
    let response = router.run(request, env).await?;
    match response.status_code() {
        // If a path only has routes for other methods, the `Router` returns a 405 itself, as
        // plain text and without `Allow`, and does not try `or_else_any_method`.
        405 => Err(Error::MethodNotAllowed(allowed)),
        _ => Ok(response),
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
        .get_async("/account/:id", fallible(handlers::read_account))
        .head_async("/account/:id", fallible(handlers::read_account))
        .put_async("/account/:id", fallible(handlers::write_account))
        .get_async("/docs/*page", fallible(handlers::find_page))
        .head_async("/docs/*page", fallible(handlers::find_page))
        .post_async("/upload", fallible(handlers::take_upload))
        .post_async("/echo-bytes", fallible(handlers::echo_bytes))
        .or_else_any_method("/", |_, _| Error::NotFound.into_response())
        .or_else_any_method("/*path", |_, _| Error::NotFound.into_response())
}

/// The methods of a path that has routes, for `Allow`. Keep them in sync with the routes: the
/// `Router` cannot list them.
fn allowed(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("account") => "GET, HEAD, PUT",
        Some("docs") => "GET, HEAD",
        _ => "POST",
    }
}

/// Refuses a method that the worker crate does not know and would treat as `GET`.
fn check_method(request: &Request) -> Result<(), Error> {
    let is_known = request.inner().method() == request.method().as_ref();
    is_known.then_some(()).ok_or(Error::UnknownMethod)
}

/// What the `Router` requires a handler to return.
type Answer = Pin<Box<dyn Future<Output = worker::Result<Response>>>>;

/// Adapts a handler that fails with our own error, which is turned into a response.
fn fallible<F>(handler: fn(Request, Context) -> F) -> impl Fn(Request, Context) -> Answer
where
    F: Future<Output = Result<Response, Error>> + 'static,
{
    move |request, context| {
        let answer = handler(request, context);
        Box::pin(async { answer.await.or_else(Error::into_response) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_has_its_own_methods() {
        for (path, methods) in [
            ("/account/7", "GET, HEAD, PUT"),
            ("/docs/guide/start", "GET, HEAD"),
            ("/upload", "POST"),
            ("/echo-bytes", "POST"),
        ] {
            assert_eq!(allowed(path), methods);
        }
    }
}
