//! What a pantry can be told, and how the worker tells it.

use serde::{Deserialize, Serialize};
use worker::{Method, Request, RequestInit};

use crate::error::Error;
use crate::item::{self, Item, Move};

/// Everything that the object understands. Serde writes the variant's name as a tag.
#[derive(Serialize, Deserialize)]
pub enum Command {
    List,
    PutIn(Vec<Item>),
    Move(Move),
}

impl Command {
    /// Refuses values that do not fit into a row.
    pub fn check(&self) -> Result<(), Error> {
        match self {
            Self::List => Ok(()),
            Self::PutIn(items) => item::check_all(items),
            Self::Move(step) => step.check(),
        }
    }

    /// Packs the command for its object, which reads nothing but the body.
    pub fn into_request(self) -> worker::Result<Request> {
        let body = serde_json::to_string(&self)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(body.into()));
        Request::new_with_init("https://pantry/", &init)
    }
}
