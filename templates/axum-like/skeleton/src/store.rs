//! Stores notes in a KV namespace: the id is the key, the content is the value, and the title
//! is also in the key's metadata, so that a list does not have to read each note.
//!
//! KV is eventually consistent: a change can take a minute or more to be visible elsewhere.

use serde_json::{Value, json};
use worker::KvError;
use worker::kv::{Key, KvStore};

use crate::error::{Error, Result};
use crate::field_error::FieldError;
use crate::id::Id;
use crate::note::Content;
use crate::page::{CURSOR, Page, Query};

#[derive(Clone)]
pub struct Notes(pub KvStore);

impl Notes {
    pub async fn read(&self, id: &Id) -> Result<Option<Content>> {
        Ok(self.0.get(id.as_str()).json().await?)
    }

    pub async fn write(&self, id: &Id, content: &Content) -> Result<()> {
        let label = json!({ "title": content.title });
        let put = self.0.put(id.as_str(), content)?.metadata(label)?;
        Ok(put.execute().await?)
    }

    pub async fn remove(&self, id: &Id) -> Result<()> {
        Ok(self.0.delete(id.as_str()).await?)
    }

    pub async fn list(&self, query: Query) -> Result<Page> {
        let mut list = self.0.list().limit(query.limit);
        if let Some(cursor) = query.cursor {
            list = list.cursor(cursor);
        }
        if let Some(prefix) = query.prefix {
            list = list.prefix(prefix);
        }
        let found = list.execute().await;
        let is_known = !found.as_ref().is_err_and(is_refusal);
        FieldError::check([(is_known, "cursor", CURSOR)]).map_err(Error::Invalid)?;
        let found = found?;
        let (notes, cursor) = (found.keys.into_iter().map(entry).collect(), found.cursor);
        Ok(Page { notes, cursor })
    }
}

/// A 400 from KV means an invalid cursor, because everything else in a list request has been
/// validated.
fn is_refusal(cause: &KvError) -> bool {
    cause.to_string().contains("KV GET failed: 400")
}

/// A key that was not written by this worker may have no title.
fn entry(key: Key) -> Value {
    let label = key.metadata.unwrap_or_default();
    json!({ "id": key.name, "title": label["title"].as_str().unwrap_or_default() })
}
