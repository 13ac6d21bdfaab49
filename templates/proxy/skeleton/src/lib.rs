//! A proxy in front of another server: it caches the server's responses and limits how often a
//! client may ask.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /` | describes the worker |
//! | `GET /proxy/{rest}` | returns `/{rest}` of the upstream, from the cache if it is there |
//!
//! Start reading in `answer`.

mod bindings;
mod cache;
mod error;
mod headers;
mod policy;
mod problem;
mod upstream;

use std::net::Ipv6Addr;

use worker::{Context, Env, Method, RateLimiter, Request, Response, event};

use bindings::Bindings;
use error::{Error, Result};

const HOME: &str = "This worker returns what is behind /proxy/ on another server.\n";

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let answer = answer(&request, &env, &context).await;
    answer.or_else(Error::into_response)
}

async fn answer(request: &Request, env: &Env, context: &Context) -> Result<Response> {
    let bindings = Bindings::new(env)?;
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        // The runtime drops the body of a response to HEAD.
        (Method::Get | Method::Head, [""]) => Ok(Response::ok(HOME)?),
        (Method::Get | Method::Head, ["proxy", _, ..]) => {
            rate_limit(&bindings.limiter, request).await?;
            cache::answer(request, &bindings, context).await
        }
        (_, [""] | ["proxy", _, ..]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        _ => Err(Error::NotFound),
    }
}

/// Counts the request for the client's address. Every request counts, also one that the cache
/// answers.
async fn rate_limit(limiter: &RateLimiter, request: &Request) -> Result<()> {
    let client = request.headers().get("cf-connecting-ip")?;
    let outcome = limiter.limit(key(client.unwrap_or_default())).await?;
    if outcome.success {
        Ok(())
    } else {
        Err(Error::TooManyRequests)
    }
}

/// Returns what a client is counted by. With IPv6, one client has a network of addresses, which
/// the first half of each names.
fn key(address: String) -> String {
    let Ok(ip) = address.parse::<Ipv6Addr>() else {
        return address;
    };
    let [one, two, three, four, ..] = ip.segments();
    format!("{one:x}:{two:x}:{three:x}:{four:x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_counted_by_its_address_or_its_network() {
        for (address, counted) in [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8::1", "2001:db8:0:0"),
            ("2001:db8:0:0:ffff::", "2001:db8:0:0"),
            ("2001:db8:0:1::1", "2001:db8:0:1"),
            ("", ""),
        ] {
            assert_eq!(key(address.into()), counted);
        }
    }
}
