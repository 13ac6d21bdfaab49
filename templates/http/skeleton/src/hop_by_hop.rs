//! Hop-by-hop headers: they apply to a single connection, so those of the client's connection
//! must not reach the upstream, and vice versa (RFC 9110, section 7.6.1).

use http::header::{CONNECTION, HeaderMap};

const NAMES: &str = "connection, keep-alive, proxy-authenticate, proxy-authorization, \
    proxy-connection, te, trailer, transfer-encoding, upgrade";

/// Removes the hop-by-hop headers, including those that `Connection` lists.
pub fn remove(headers: &mut HeaderMap) {
    let connection = headers.get_all(CONNECTION).iter();
    let lines = connection.filter_map(|line| line.to_str().ok());
    let names = lines.chain([NAMES]).flat_map(|line| line.split(','));
    let names: Vec<String> = names.map(|name| name.trim().into()).collect();
    for name in names {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn left_of(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        remove(&mut headers);
        headers
    }

    #[test]
    fn hop_by_hop_headers_are_removed_even_if_they_are_repeated() {
        let lines = [("te", "trailers"), ("upgrade", "h2c"), ("upgrade", "foo")];
        assert!(left_of(&lines).is_empty());
    }

    #[test]
    fn headers_that_connection_lists_are_removed_too() {
        let left = left_of(&[
            ("connection", "close, X-First ,, not a name"),
            ("connection", "x-second"),
            ("x-first", "1"),
            ("x-second", "2"),
            ("x-third", "3"),
        ]);
        assert_eq!(left.len(), 1);
        assert_eq!(left["x-third"], "3");
    }
}
