//! Turns a request to this worker into one to the upstream. No Worker types here: the code is
//! generic over the type of the body, so `cargo test` can run it with an empty one.

use std::net::IpAddr;

use http::header::{CONTENT_LENGTH, FORWARDED, HOST, HeaderValue};
use http::request::{Parts, Request};
use http::uri::{Authority, PathAndQuery, Uri};

use crate::{hop, id};

/// The header in which Cloudflare sends the client's address.
const CLIENT: &str = "cf-connecting-ip";

/// Sets the request's new address and the headers to go with it. The extensions stay: one of
/// them tells the runtime not to follow redirects, but leave that to the client.
pub fn prepare<B>(
    request: Request<B>,
    target: PathAndQuery,
    upstream: &Uri,
    id: &HeaderValue,
) -> http::Result<Request<B>> {
    let (mut parts, body) = request.into_parts();
    let forwarded = forwarded(&parts)?;
    parts.uri = address(upstream, target)?;
    hop::remove(&mut parts.headers);
    // No longer true: the host is different, and the body is sent in chunks.
    parts.headers.remove(HOST);
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(FORWARDED, forwarded);
    parts.headers.insert(id::NAME, id.clone());
    Ok(Request::from_parts(parts, body))
}

fn address(upstream: &Uri, target: PathAndQuery) -> http::Result<Uri> {
    let mut address = upstream.clone().into_parts();
    address.path_and_query = Some(target);
    Ok(Uri::from_parts(address)?)
}

/// Describes the original request to the upstream (RFC 7239). The client's own header is
/// discarded on purpose, because it can be forged.
fn forwarded(parts: &Parts) -> http::Result<HeaderValue> {
    let host = parts.uri.authority().map_or("", Authority::as_str);
    let scheme = parts.uri.scheme_str().unwrap_or("https");
    let client = parts.headers.get(CLIENT).and_then(|ip| ip.to_str().ok());
    let client = match client.map(|ip| (ip, ip.parse())) {
        Some((ip, Ok(IpAddr::V4(_)))) => format!("for={ip};"),
        Some((ip, Ok(IpAddr::V6(_)))) => format!("for=\"[{ip}]\";"),
        _ => String::new(),
    };
    let value = format!("{client}host=\"{host}\";proto={scheme}");
    Ok(value.try_into()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(headers: &[(&'static str, &'static str)]) -> Request<()> {
        let request = Request::put("https://worker.example:8443/relay/notes?page=2");
        let add = |request: http::request::Builder, (name, value)| request.header(name, value);
        let request = headers.iter().copied().fold(request, add).body(()).unwrap();
        let target = PathAndQuery::from_static("/notes?page=2");
        let upstream = Uri::from_static("https://upstream.example");
        let id = HeaderValue::from_static("7f3a-42");
        prepare(request, target, &upstream, &id).unwrap()
    }

    #[test]
    fn only_the_address_changes() {
        let request = prepared(&[("accept", "text/html")]);
        assert_eq!(request.uri(), "https://upstream.example/notes?page=2");
        assert_eq!(request.method(), "PUT");
        assert_eq!(request.headers()["accept"], "text/html");
    }

    #[test]
    fn the_upstream_gets_the_id() {
        assert_eq!(prepared(&[]).headers()["x-request-id"], "7f3a-42");
    }

    #[test]
    fn headers_of_the_connection_or_the_old_address_are_not_sent() {
        let headers = [("host", "a.example"), ("content-length", "4"), ("te", "b")];
        for (name, _) in headers {
            assert!(!prepared(&headers).headers().contains_key(name));
        }
    }

    #[test]
    fn forwarded_names_the_client_and_the_original_host() {
        for (ip, client) in [
            ("192.0.2.1", "for=192.0.2.1;"),
            ("2001:db8::1", "for=\"[2001:db8::1]\";"),
            ("who;knows", ""),
        ] {
            let request = prepared(&[(CLIENT, ip), ("forwarded", "for=a.lie")]);
            let expected = format!("{client}host=\"worker.example:8443\";proto=https");
            assert_eq!(request.headers()[FORWARDED], expected);
        }
    }
}
