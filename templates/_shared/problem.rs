//! The body of an error response: a short JSON problem (RFC 9457).

use serde::Serialize;
use worker::{Response, ResponseBuilder};

/// What the client learns about an error.
#[derive(Serialize)]
pub struct Problem {
    pub status: u16,
    pub title: &'static str,
}

impl Problem {
    /// Turns the problem into a response. A 405 must list the `allowed` methods.
    pub fn into_response(self, allowed: Option<&str>) -> worker::Result<Response> {
        let mut response = ResponseBuilder::new().with_status(self.status);
        if let Some(allowed) = allowed {
            response = response.with_header("allow", allowed)?;
        }
        let mut response = response.from_json(&self)?;
        response
            .headers_mut()
            .set("content-type", "application/problem+json")?;
        Ok(response)
    }
}
