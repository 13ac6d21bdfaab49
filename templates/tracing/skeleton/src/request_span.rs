//! The span of a request. Whatever is logged while it is answered has the id of the request.

use tracing::{Instrument, Span, field, info_span};
use worker::{Request, Response};

use crate::error::{Error, Result};

/// The header in which the id of a request travels, to the object and to the client.
pub const REQUEST_ID: &str = "x-request-id";

/// Opens the span. `part` is who answers: the worker, or the object that it asks.
pub fn open(part: &str, request: &Request, request_id: &str, sample_percent: u32) -> Span {
    info_span!(
        "request",
        part,
        request_id,
        sampled = is_sampled(request_id, sample_percent),
        method = request.method().as_ref(),
        path = request.path(),
        status = field::Empty,
    )
}

/// Runs the work in a span, and logs its error there.
///
/// `Span::enter` would not do: while the work waits, other requests are answered, and what they
/// log would be in this span, too.
pub async fn answer_in<F>(span: Span, work: F) -> worker::Result<Response>
where
    F: Future<Output = Result<Response>>,
{
    let answer = async {
        let response = work.await.or_else(Error::into_response)?;
        Span::current().record("status", response.status_code());
        Ok(response)
    };
    answer.instrument(span).await
}

/// Decides by the id alone, so that the worker and the object agree.
fn is_sampled(request_id: &str, percent: u32) -> bool {
    // The hash FNV-1a, which spreads similar ids well enough.
    let hash = request_id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash % 100 < percent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(percent: u32) -> usize {
        let ids = (0..10_000).map(|number| format!("0f8fad5b-{number}"));
        ids.filter(|id| is_sampled(id, percent)).count()
    }

    #[test]
    fn as_many_requests_are_sampled_as_asked_for() {
        assert_eq!(sampled(0), 0);
        assert!((900..1100).contains(&sampled(10)));
        assert_eq!(sampled(100), 10_000);
    }

    #[test]
    fn a_request_that_is_sampled_at_one_rate_is_sampled_at_each_higher_one() {
        assert!((0..100).all(|percent| sampled(percent) <= sampled(percent + 1)));
    }
}
