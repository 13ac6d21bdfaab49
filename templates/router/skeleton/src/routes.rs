//! Which handler answers which request, and how the rest is refused.

use std::pin::Pin;

use worker::{Env, Request, Response, Router};

use crate::bindings::Bindings;
use crate::error::Error;
use crate::handlers::{self, Context};

/// Answers a request, whatever its path and method are.
pub async fn answer(request: Request, env: Env) -> Result<Response, Error> {
    check_method(&request)?;
    let allowed = allowed(&request.path());
    let router = router(Bindings::new(&env)?);
    let response = router.run(request, env).await?;
    match response.status_code() {
        // The `Router` says so itself, as plain text and without `Allow`, if a path has
        // routes for other methods only. `or_else_any_method` is not asked then.
        405 => Err(Error::MethodNotAllowed(allowed)),
        _ => Ok(response),
    }
}

/// The routes. All handlers share the bindings: they are `data` in a handler's context.
///
/// A `GET` route does not answer `HEAD`, so `HEAD` has routes of its own; the runtime
/// drops their bodies. `*` never matches an empty rest, so "every path" takes two patterns.
/// Those are for `or_else_any_method`, which matches apart from the routes: among them, a
/// `/*path` would miss any that only has a slash too many, such as `/upload/`.
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

/// The methods of a path that has routes, for `Allow`. Keep them in step with the routes:
/// the `Router` does not tell which it has.
fn allowed(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("account") => "GET, HEAD, PUT",
        Some("docs") => "GET, HEAD",
        _ => "POST",
    }
}

/// Refuses a method that the crate does not know, and would take for a `GET`.
fn check_method(request: &Request) -> Result<(), Error> {
    let is_known = request.inner().method() == request.method().as_ref();
    is_known.then_some(()).ok_or(Error::UnknownMethod)
}

/// What the `Router` wants of a handler.
type Answer = Pin<Box<dyn Future<Output = worker::Result<Response>>>>;

/// Lets a handler fail with an error of ours, and answers with what that has to say.
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
    fn each_path_has_methods_of_its_own() {
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
