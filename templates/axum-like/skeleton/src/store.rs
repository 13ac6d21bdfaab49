//! Stores notes in a KV namespace: the id is the key, the content is the value, and the title
//! is also in the key's metadata, so that a list does not have to read each note.
//!
//! KV is eventually consistent: a change can take a minute or more to be visible elsewhere.

use serde::Serialize;
use worker::kv::{Key, KvStore};
use worker::{Date, KvError, Result};

use crate::error::Error;
use crate::id::Id;
use crate::note::Content;
use crate::page::{CURSOR, Entry, Page, Query};
use crate::uuid::random_uuid;

/// Makes a unique id.
pub fn new_id() -> Id {
    Id::generate(Date::now().as_millis(), &random_uuid())
}

/// The metadata of a key.
#[derive(Serialize)]
struct Label<'a> {
    title: &'a str,
}

#[derive(Clone)]
pub struct Notes(pub KvStore);

impl Notes {
    pub async fn read(&self, id: &Id) -> Result<Option<Content>> {
        let id = id.as_str();
        let json = self.0.get(id).text().await?;
        let parse = |json: String| {
            serde_json::from_str(&json).map_err(|cause| format!("note {id} in KV: {cause}"))
        };
        Ok(json.map(parse).transpose()?)
    }

    pub async fn write(&self, id: &Id, content: &Content) -> Result<()> {
        let json = serde_json::to_string(content)?;
        let label = Label {
            title: &content.title,
        };
        let put = self.0.put(id.as_str(), json)?.metadata(label)?;
        Ok(put.execute().await?)
    }

    pub async fn remove(&self, id: &Id) -> Result<()> {
        Ok(self.0.delete(id.as_str()).await?)
    }

    pub async fn list(&self, query: Query) -> Result<Page, Error> {
        let mut list = self.0.list().limit(query.limit);
        if let Some(cursor) = query.cursor {
            list = list.cursor(cursor);
        }
        if let Some(prefix) = query.prefix {
            list = list.prefix(prefix);
        }
        let found = list.execute().await.map_err(refusal)?;
        let notes = found.keys.into_iter().map(entry).collect();
        Ok(Page {
            notes,
            cursor: found.cursor,
        })
    }
}

/// A 400 from KV means an invalid cursor, because everything else in a list request has been
/// validated.
fn refusal(cause: KvError) -> Error {
    if cause.to_string().contains("KV GET failed: 400") {
        Error::Invalid(vec![CURSOR])
    } else {
        Error::Platform(cause.into())
    }
}

/// A key that was not written by this worker may have no title.
fn entry(key: Key) -> Entry {
    let label = key.metadata.unwrap_or_default();
    let title = label["title"].as_str().unwrap_or_default().into();
    Entry {
        id: key.name,
        title,
    }
}
