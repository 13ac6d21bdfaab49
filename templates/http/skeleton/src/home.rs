//! The page at `/`, for anyone who opens the worker's address in a browser.

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{Response, StatusCode};
use worker::HttpResponse;

use crate::error::Error;

const TEXT: &str = "This worker passes requests on to another server.

/relay/...    sends a request there
/preview/...  shows what would be sent
";

/// Converts the page to the type that every route returns. `worker::Body` is a stream, and
/// going through the runtime's own response turns any body into one.
pub fn show() -> Result<HttpResponse, Error> {
    let response = worker::Response::try_from(page()?)?;
    Ok(response.try_into()?)
}

fn page() -> http::Result<Response<String>> {
    Response::builder()
        .status(StatusCode::OK)
        .header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(CACHE_CONTROL, "public, max-age=3600")
        .body(TEXT.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_text_that_it_can_show() {
        let page = page().unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(page.headers()[CONTENT_TYPE], "text/plain; charset=utf-8");
        assert!(page.body().starts_with("This worker"));
    }
}
