//! `GET /` returns a greeting, and `POST /` the size of an uploaded file.

use worker::{
    Cf, Context, Env, FormEntry, Method, Request, Response, ResponseBuilder, Result, console_error,
    console_log, event,
};

#[event(fetch)]
async fn fetch(request: Request, _env: Env, _context: Context) -> Result<Response> {
    let (method, path) = (request.method(), request.path());
    let region = request.cf().and_then(Cf::region);
    console_log!("{}", log_line(method.as_ref(), &path, region));
    match (path.as_str(), method) {
        // The runtime drops the body of a response to HEAD.
        ("/", Method::Get | Method::Head) => Response::ok("Hello, World!\n"),
        ("/", Method::Post) => measure(request).await,
        ("/", _) => ResponseBuilder::new()
            .with_header("allow", "GET, HEAD, POST")?
            .error("this address does not answer that method\n", 405),
        _ => Response::error("there is nothing at this address\n", 404),
    }
}

/// Returns the size in bytes of the form's `file` part.
async fn measure(mut request: Request) -> Result<Response> {
    let form = match request.form_data().await {
        Ok(form) => form,
        Err(cause) => {
            console_error!("{cause}");
            return Response::error("the body must be a form\n", 400);
        }
    };
    match form.get("file") {
        Some(FormEntry::File(file)) => Response::ok(format!("size = {}\n", file.size())),
        Some(FormEntry::Field(_)) => Response::error("the `file` part must be a file\n", 400),
        None => Response::error("the form has no `file` part\n", 400),
    }
}

/// Formats the log line of a request. The region is unknown if another worker sent it.
fn log_line(method: &str, path: &str, region: Option<String>) -> String {
    let region = region.unwrap_or_else(|| "an unknown region".into());
    format!("{method} {path}, from {region}")
}

// Types of the worker crate only work in workerd, so these tests call none. Those in
// tests/worker.test.mjs run the built worker.
#[cfg(test)]
mod tests {
    use super::log_line;

    #[test]
    fn a_known_region_is_logged() {
        let line = log_line("GET", "/", Some("Texas".into()));
        assert_eq!(line, "GET /, from Texas");
    }

    #[test]
    fn a_request_without_a_region_is_logged_too() {
        assert_eq!(log_line("GET", "/", None), "GET /, from an unknown region");
    }
}
