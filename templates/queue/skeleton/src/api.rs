//! The answers to requests.

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Env, Request, Response, ResponseBuilder};

use crate::bindings::Bindings;
use crate::body;
use crate::draft::Draft;
use crate::error::Error;
use crate::job::{Job, JobState};
use crate::ledger::Stock;
use crate::route::{self, Route};

/// In bytes, and many more than a job takes.
const LONGEST_BODY: u64 = 16 * 1024;

#[wasm_bindgen]
extern "C" {
    /// The runtime's own; a crate for it would bring its own source of randomness.
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

/// Answers a request.
pub async fn answer(request: Request, env: &Env) -> Result<Response, Error> {
    let route = route::choose(request.method().as_ref(), &request.path())?;
    let bindings = Bindings::new(env)?;
    match route {
        Route::Submit => submit(request, &bindings).await,
        Route::Inspect { key } => found(bindings.ledger.read(key).await?.as_ref()),
        Route::Restock { item } => restock(request, item, &bindings).await,
        Route::Count { item } => found(bindings.ledger.count(item).await?.as_ref()),
    }
}

/// Writes a job down and puts it in the queue. The same request may come again, whether
/// the client heard no answer or the queue took no message: a job that is not finished
/// is put in the queue once more, and the consumer sees to it that it is done once.
async fn submit(mut request: Request, bindings: &Bindings) -> Result<Response, Error> {
    body::check_length(&request, LONGEST_BODY)?;
    let draft: Draft = request.json().await.map_err(Error::NotAnObject)?;
    let job = Job::try_from(draft.or_key(random_uuid))?;
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
async fn restock(
    mut request: Request,
    item: String,
    bindings: &Bindings,
) -> Result<Response, Error> {
    #[derive(Deserialize)]
    struct Body {
        pieces: u32,
    }
    body::check_length(&request, LONGEST_BODY)?;
    let Body { pieces } = request.json().await.map_err(Error::NotACount)?;
    let stock = bindings.ledger.restock(Stock { item, pieces }).await?;
    Ok(Response::from_json(&stock)?)
}

/// Answers what was found, or that nothing was.
fn found<T: Serialize>(thing: Option<&T>) -> Result<Response, Error> {
    let thing = thing.ok_or(Error::NotFound)?;
    Ok(Response::from_json(thing)?)
}
