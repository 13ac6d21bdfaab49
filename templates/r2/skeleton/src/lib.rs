//! Files in an R2 bucket.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /objects?prefix=&limit=&cursor=` | lists the objects, a page at a time |
//! | `GET /objects/{key}` | returns an object, or a range of it |
//! | `PUT /objects/{key}` | stores an object |
//! | `DELETE /objects/{key}` | removes an object |
//! | `POST /uploads/{key}` | begins an upload in parts |
//! | `PUT /uploads/{key}?id=&part=` | uploads a part |
//! | `POST /uploads/{key}?id=` | makes the parts an object |
//! | `DELETE /uploads/{key}?id=` | discards the parts |
//!
//! No file is held in memory: the runtime streams it between the client and the bucket.

mod bindings;
mod body;
mod conditions;
mod error;
mod list;
mod metadata;
mod objects;
mod path;
mod problem;
mod range;
mod uploads;

use worker::{Context, Env, Method, Request, Response, event};

use bindings::Bindings;
use error::{Error, Result};
use path::key_of;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let answer = answer(request, &env).await;
    answer.or_else(Error::into_response)
}

async fn answer(request: Request, env: &Env) -> Result<Response> {
    let bucket = Bindings::new(env)?.bucket;
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), segments.as_slice()) {
        // The runtime drops the body of a response to HEAD.
        (Method::Get | Method::Head, ["objects"]) => list::answer(&bucket, &request).await,
        (_, ["objects"]) => Err(Error::MethodNotAllowed("GET, HEAD")),
        (_, ["objects", key @ ..]) => objects::answer(&bucket, &key_of(key)?, &request).await,
        (_, ["uploads", key @ ..]) => uploads::answer(&bucket, &key_of(key)?, request).await,
        _ => Err(Error::NotFound),
    }
}
