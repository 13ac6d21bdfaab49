//! The body of an error response: a short JSON problem (RFC 9457).

use serde::Serialize;
use worker::Response;

{% if "src/field_error.rs" in shared_files %}
use crate::field_error::FieldError;

{% endif %}
/// What the client learns about an error.
#[derive(Serialize)]
pub struct Problem {
    pub status: u16,
    pub title: &'static str,
{% if "src/field_error.rs" in shared_files %}
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
{% endif %}
}

impl Problem {
    /// Turns the problem into a response. A 405 must list the `allowed` methods.
    pub fn into_response(self, allowed: Option<&str>) -> worker::Result<Response> {
        let mut response = Response::from_json(&self)?.with_status(self.status);
        let headers = response.headers_mut();
        headers.set("content-type", "application/problem+json")?;
        if let Some(allowed) = allowed {
            headers.set("allow", allowed)?;
        }
        Ok(response)
    }
}
