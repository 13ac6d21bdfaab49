//! Orders, each of which is an instance of a workflow.
//!
//! - `PUT /orders/{id}` creates an order, which starts its workflow.
//! - `GET /orders/{id}` returns its status.
//! - `POST /orders/{id}/payment` sends it the event that it waits for.
//! - `POST /orders/{id}/restart` runs it again from its first step.
//!
//! This file is only the entry point: `order_workflow.rs` has the steps.

mod bindings;
mod body;
mod error;
mod order;
mod order_workflow;
mod problem;
mod steps;
mod workflow;

use serde::de::DeserializeOwned;
use worker::{Context, Env, Method, Request, Response, ResponseBuilder, event};

use bindings::Bindings;
use error::{Error, Result};
use order::{Order, Outcome, Payment, check_id};
use workflow::{Instance, Status, Workflow};

/// In bytes. The longest order needs fewer than 1,000.
const LONGEST_BODY: u64 = 4096;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    answer(request, &env).await.or_else(Error::into_response)
}

async fn answer(request: Request, env: &Env) -> Result<Response> {
    let (method, path) = (request.method(), request.path());
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let orders = Bindings::new(env)?.orders;
    match (method, segments.as_slice()) {
        // The runtime drops the body of a response to HEAD.
        (Method::Get | Method::Head, ["orders", id]) => {
            return Ok(Response::from_json(&find(&orders, id).await?.1)?);
        }
        (Method::Put, ["orders", id]) => create(&orders, id, read(request).await?).await?,
        (Method::Post, ["orders", id, "payment"]) => pay(&orders, id, read(request).await?).await?,
        (Method::Post, ["orders", id, "restart"]) => find(&orders, id).await?.0.restart().await?,
        (_, ["orders", _]) => return Err(Error::MethodNotAllowed("GET, HEAD, PUT")),
        (_, ["orders", _, "payment" | "restart"]) => return Err(Error::MethodNotAllowed("POST")),
        _ => return Err(Error::NotFound),
    }
    Ok(ResponseBuilder::new().with_status(202).empty())
}

/// Creates an order. The runtime refuses an id that is taken, also if two requests come at once.
async fn create(orders: &Workflow, id: &str, order: Order) -> Result<()> {
    check_id(id)?;
    order.check()?;
    let created = orders.create(id, &order).await;
    created.map_err(|cause| known(cause, "instance.already_exists", Error::OrderExists))
}

async fn pay(orders: &Workflow, id: &str, payment: Payment) -> Result<()> {
    payment.check()?;
    let (instance, Status { status, .. }) = find(orders, id).await?;
    if matches!(status.as_str(), "complete" | "errored" | "terminated") {
        return Err(Error::Ended);
    }
    Ok(instance.send(order_workflow::PAYMENT, &payment).await?)
}

async fn find(orders: &Workflow, id: &str) -> Result<(Instance, Status<Outcome>)> {
    check_id(id)?;
    let found = orders.get(id).await;
    let unknown = |cause| known(cause, "instance.not_found", Error::NoSuchOrder);
    let instance = found.map_err(unknown)?;
    let status = instance.status().await?;
    Ok((instance, status))
}

/// Recognizes an error of the runtime. It has no type, but a text with a name in it.
fn known(cause: worker::Error, name: &str, error: Error) -> Error {
    if cause.to_string().contains(name) {
        error
    } else {
        cause.into()
    }
}

/// Parses the JSON of a body, unless it is too long.
async fn read<T: DeserializeOwned>(mut request: Request) -> Result<T> {
    body::check_length(&request, LONGEST_BODY)?;
    request.json().await.map_err(Error::Unreadable)
}
