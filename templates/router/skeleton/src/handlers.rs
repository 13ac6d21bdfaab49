//! The handlers of accounts and uploads: each parses the request, does its work and builds the
//! response.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use worker::{FormData, FormEntry, Request, Response};

use crate::error::{Error, Result};
use crate::{bindings::Context, body};

const BAD_PERMISSION: Error = Error::Invalid("`permissions` may be read, write and share");

#[derive(Deserialize, Serialize)]
struct Account {
    /// Clients send an account without its id, which is in the address.
    #[serde(default)]
    id: u32,
    name: String,
}

pub async fn read_account(_: Request, context: Context) -> Result<Response> {
    let key = parse_id(context.param("id"))?.to_string();
    let account: Option<Account> = context.data.accounts.get(&key).json().await?;
    Ok(Response::from_json(&account.ok_or(Error::NoAccount)?)?)
}

pub async fn write_account(mut request: Request, context: Context) -> Result<Response> {
    let id = parse_id(context.param("id"))?;
    body::check_length(&request, 4 * 1024)?;
    let Account { name, .. } = request.json().await.map_err(Error::Unreadable)?;
    if name.trim().is_empty() || name.chars().count() > 60 {
        return Err(Error::Invalid("a name must have 1 to 60 characters"));
    }
    let (key, account) = (id.to_string(), Account { id, name });
    let is_new = context.data.accounts.get(&key).text().await?.is_none();
    context.data.accounts.put(&key, &account)?.execute().await?;
    Ok(Response::from_json(&account)?.with_status(if is_new { 201 } else { 200 }))
}

/// Parses the id in the path, which is still percent-encoded. Each account has one address, so
/// `7` is an id, while `07` and `+7` are not.
fn parse_id(text: Option<&String>) -> Result<u32> {
    let text = text.ok_or(Error::NotFound)?;
    let id: Option<u32> = text.parse().ok();
    id.filter(|id| id.to_string() == *text).ok_or(Error::BadId)
}

/// Accepts an upload. Parts with other names are ignored.
pub async fn take_upload(mut request: Request, context: Context) -> Result<Response> {
    body::check_length(&request, context.data.longest_upload)?;
    let form = request.form_data().await.map_err(Error::Unreadable)?;
    let receipt = json!({ "files": files(&form)?, "permissions": permissions(&form)? });
    Ok(Response::from_json(&receipt)?)
}

/// All parts that are named `file`. A form can have several parts with the same name.
fn files(form: &FormData) -> Result<Vec<Value>> {
    let mut files = Vec::new();
    for entry in form.get_all("file").unwrap_or_default() {
        match entry {
            // To keep a file, store the result of `file.bytes().await`, for example in R2. Do not
            // trust the name and the type: the client chooses them.
            FormEntry::File(file) => files
                .push(json!({ "name": file.name(), "type": file.type_(), "size": file.size() })),
            // If no file was chosen, browsers send one without a name, which arrives as this.
            FormEntry::Field(text) if text.is_empty() => {}
            FormEntry::Field(_) => return Err(Error::Invalid("every `file` part must be a file")),
        }
    }
    match files.len() {
        0 => Err(Error::Invalid("the form has no `file` part")),
        1..=10 => Ok(files),
        _ => Err(Error::Invalid("an upload may have 10 files")),
    }
}

/// The permissions in all parts that are named so. Each may list several, as in `read, write`.
fn permissions(form: &FormData) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in form.get_all("permissions").unwrap_or_default() {
        match entry {
            FormEntry::Field(list) => names.extend(list.split(',').map(|name| name.trim().into())),
            FormEntry::File(_) => return Err(BAD_PERMISSION),
        }
    }
    names.remove("");
    let is_known = |name: &String| matches!(name.as_str(), "read" | "write" | "share");
    let are_known = names.iter().all(is_known);
    are_known.then_some(names).ok_or(BAD_PERMISSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_whole_number() {
        for id in [0, 7, u32::MAX] {
            assert_eq!(parse_id(Some(&id.to_string())).unwrap(), id);
        }
    }

    #[test]
    fn an_id_has_one_spelling() {
        for text in ["", "+7", "-7", "07", "7.0", "%37", "seven", "4294967296"] {
            let refused = parse_id(Some(&text.into()));
            assert!(matches!(refused, Err(Error::BadId)), "{text}");
        }
    }
}
