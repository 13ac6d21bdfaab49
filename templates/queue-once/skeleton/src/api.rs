//! The request handlers.

use serde::{Deserialize, Serialize};
use worker::{Env, Request, Response, ResponseBuilder};

use crate::bindings::Bindings;
use crate::body;
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::job::{Job, JobState};
use crate::ledger::Stock;
use crate::route::{self, Route};
use crate::uuid::random_uuid;

/// In bytes; a job needs far fewer.
const LONGEST_BODY: u64 = 16 * 1024;

/// Handles a request.
pub async fn answer(request: Request, env: &Env) -> Result<Response> {
    let route = route::choose(request.method().as_ref(), &request.path())?;
    let bindings = Bindings::new(env)?;
    match route {
        Route::Submit => submit(request, &bindings).await,
        Route::Inspect { key } => found(bindings.ledger.read(key).await?.as_ref()),
        Route::Restock { item } => restock(request, item, &bindings).await,
        Route::Count { item } => found(bindings.ledger.count(item).await?.as_ref()),
    }
}

/// Registers a job and puts it in the queue. The same request can come again, because the client
/// got no response or the queue did not accept the message. Then an unfinished job is queued once
/// more, and the consumer ensures that it is done only once.
async fn submit(mut request: Request, bindings: &Bindings) -> Result<Response> {
    body::check_length(&request, LONGEST_BODY)?;
    let draft: Draft = request.json().await.map_err(Error::NotAnObject)?;
    let job = Job::new(draft.or_key(random_uuid)).map_err(Error::Invalid)?;
    let record = bindings.ledger.register(job.clone()).await?;
    if !record.is_of(&job) {
        return Err(Error::KeyTaken);
    }
    let address = format!("/jobs/{}", job.key);
    let is_queued = record.state == JobState::Queued;
    if is_queued {
        bindings.jobs.send(job).await?;
    }
    let response = ResponseBuilder::new()
        .with_status(if is_queued { 202 } else { 200 })
        .with_header("location", &address)?;
    Ok(response.from_json(&record)?)
}

/// Sets how many pieces of an item are in stock.
async fn restock(mut request: Request, item: String, bindings: &Bindings) -> Result<Response> {
    #[derive(Deserialize)]
    struct Body {
        pieces: u32,
    }
    body::check_length(&request, LONGEST_BODY)?;
    let Body { pieces } = request.json().await.map_err(Error::NotACount)?;
    let stock = bindings.ledger.restock(Stock { item, pieces }).await?;
    Ok(Response::from_json(&stock)?)
}

/// Returns what was found, or a 404.
fn found<T: Serialize>(thing: Option<&T>) -> Result<Response> {
    let thing = thing.ok_or(Error::NotFound)?;
    Ok(Response::from_json(thing)?)
}
