//! Turns a request to this worker into one to the upstream. No Worker types here: the code is
//! generic over the type of the body, so `cargo test` can run it with an empty one.

use std::net::IpAddr;

use http::uri::{Authority, PathAndQuery};
use http::{HeaderValue, Request, Result, Uri, header, request::Parts};

use crate::hop_by_hop;

/// Sets the request's new address and the headers to go with it. The extensions stay: one of
/// them tells the runtime not to follow redirects, but leave that to the client.
pub fn prepare<B>(request: Request<B>, upstream: &Uri) -> Result<Request<B>> {
    let (mut parts, body) = request.into_parts();
    let forwarded = forwarded(&parts)?;
    let mut address = upstream.clone().into_parts();
    address.path_and_query = Some(target(&parts.uri)?);
    parts.uri = Uri::from_parts(address)?;
    hop_by_hop::remove(&mut parts.headers);
    // No longer true: the host is different, and the body is sent in chunks.
    parts.headers.remove(header::HOST);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::FORWARDED, forwarded);
    Ok(Request::from_parts(parts, body))
}

/// Returns the path without its first segment, unchanged and with the query.
fn target(uri: &Uri) -> Result<PathAndQuery> {
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let rest = path.splitn(3, '/').nth(2).unwrap_or_default();
    Ok(format!("/{rest}").parse()?)
}

/// Describes the original request to the upstream (RFC 7239). The client's own header is
/// discarded on purpose, because it can be forged.
fn forwarded(parts: &Parts) -> Result<HeaderValue> {
    let host = parts.uri.authority().map_or("", Authority::as_str);
    let scheme = parts.uri.scheme_str().unwrap_or("https");
    // Cloudflare sends the client's address in this header.
    let client = parts.headers.get("cf-connecting-ip");
    let client = match client.and_then(|ip| ip.to_str().ok()?.parse().ok()) {
        Some(IpAddr::V4(ip)) => format!("for={ip};"),
        Some(IpAddr::V6(ip)) => format!("for=\"[{ip}]\";"),
        None => String::new(),
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
        let upstream = Uri::from_static("https://upstream.example");
        prepare(request, &upstream).unwrap()
    }

    #[test]
    fn the_target_is_the_path_below_its_first_segment_and_the_query_unchanged() {
        for (uri, below) in [
            ("https://a.example/relay/", "/"),
            ("https://a.example/relay/?q=/relay/", "/?q=/relay/"),
            ("https://a.example/relay/b%2Fc//?q=%20", "/b%2Fc//?q=%20"),
            ("https://a.example/preview/a?q=1", "/a?q=1"),
        ] {
            assert_eq!(target(&Uri::from_static(uri)).unwrap(), below);
        }
    }

    #[test]
    fn only_the_address_changes() {
        let request = prepared(&[("accept", "text/html")]);
        assert_eq!(request.uri(), "https://upstream.example/notes?page=2");
        assert_eq!(request.method(), "PUT");
        assert_eq!(request.headers()["accept"], "text/html");
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
            let request = prepared(&[("cf-connecting-ip", ip), ("forwarded", "for=a.lie")]);
            let expected = format!("{client}host=\"worker.example:8443\";proto=https");
            assert_eq!(request.headers()[header::FORWARDED], expected);
        }
    }
}
