//! The request handlers: each parses the request, does its work and builds the response.

use worker::{Request, Response, ResponseBuilder, RouteContext};

use crate::account::{self, Account};
use crate::bindings::Bindings;
use crate::error::Error;
use crate::upload::Receipt;
use crate::{body, docs};

/// What the `Router` passes to a handler along with the request.
pub type Context = RouteContext<Bindings>;

type Result<T> = std::result::Result<T, Error>;

const LONGEST_ACCOUNT: u64 = 4 * 1024;
const LONGEST_ECHO: u64 = 64 * 1024;

pub async fn read_account(_request: Request, context: Context) -> Result<Response> {
    let id = account::parse_id(parameter(&context, "id")?)?;
    let account = context.data.accounts.read(id).await?;
    Ok(Response::from_json(&account.ok_or(Error::NoAccount)?)?)
}

pub async fn write_account(mut request: Request, context: Context) -> Result<Response> {
    let id = account::parse_id(parameter(&context, "id")?)?;
    body::check_length(&request, LONGEST_ACCOUNT)?;
    let profile = request.json().await.map_err(Error::NotAnAccount)?;
    let account = Account::new(id, profile)?;
    let is_new = context.data.accounts.read(id).await?.is_none();
    context.data.accounts.write(&account).await?;
    let response = ResponseBuilder::new().with_status(if is_new { 201 } else { 200 });
    Ok(response.from_json(&account)?)
}

/// Redirects temporarily, so that browsers notice when `DOCS_URL` has changed.
pub async fn find_page(request: Request, context: Context) -> Result<Response> {
    let page = parameter(&context, "page")?;
    let address = docs::address(&context.data.docs_url, page, &request.inner().url());
    let response = ResponseBuilder::new().with_status(302);
    Ok(response.with_header("location", &address)?.empty())
}

pub async fn take_upload(mut request: Request, context: Context) -> Result<Response> {
    body::check_length(&request, context.data.longest_upload)?;
    let form = request.form_data().await.map_err(Error::NotAForm)?;
    Ok(Response::from_json(&Receipt::new(&form)?)?)
}

pub async fn echo_bytes(mut request: Request, _context: Context) -> Result<Response> {
    body::check_length(&request, LONGEST_ECHO)?;
    Ok(Response::from_bytes(request.bytes().await?)?)
}

/// The part of the path that a pattern captures, still percent-encoded.
fn parameter<'a>(context: &'a Context, name: &str) -> Result<&'a str> {
    let text = context.param(name).ok_or(Error::NotFound)?;
    Ok(text)
}
