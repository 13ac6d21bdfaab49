//! Serves the app for an address of a planet, so that it has the right status and title.
//!
//! Without it, a crawler and the preview of a link would see the same title everywhere, and for a
//! planet that does not exist the status 200.

use worker::{Fetcher, Request, Response, ResponseBuilder};

use crate::error::Result;
use crate::planet;

/// As it is in `public/index.html`.
const TITLE: &str = "<title>Planets</title>";

pub async fn serve(assets: &Fetcher, request: &Request, id: &str) -> Result<Response> {
    let (status, title) = match planet::find(id) {
        Ok(planet) => (200, planet.name),
        Err(_) => (404, "Not found"),
    };
    let mut shell = assets.fetch(root(&request.inner().url()), None).await?;
    let html = shell.text().await?.replace(TITLE, &retitled(title));
    let mut response = ResponseBuilder::new().with_status(status).from_html(html)?;
    let headers = response.headers_mut();
    // The rules of `_headers` apply to files alone, so what is made of one copies them.
    for name in ["content-security-policy", "x-content-type-options"] {
        if let Some(value) = shell.headers().get(name)? {
            headers.set(name, &value)?;
        }
    }
    headers.set("cache-control", "no-cache")?;
    Ok(response)
}

fn retitled(title: &str) -> String {
    format!("<title>{title}</title>")
}

/// Returns the address of the app itself. The binding takes no path without a host.
fn root(address: &str) -> String {
    let mut parts = address.splitn(4, '/');
    let origin: Vec<&str> = parts.by_ref().take(3).collect();
    origin.join("/") + "/"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_is_at_the_root_of_any_host() {
        assert_eq!(
            root("https://a.example/planets/mars?b=/"),
            "https://a.example/"
        );
        assert_eq!(
            root("http://localhost:8787/planets/x"),
            "http://localhost:8787/"
        );
    }

    #[test]
    fn the_title_is_that_of_the_file() {
        assert!(include_str!("../public/index.html").contains(TITLE));
    }
}
