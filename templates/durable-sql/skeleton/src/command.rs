//! The commands that a pantry understands, and how the worker sends them.

use serde::{Deserialize, Serialize};
use worker::{Method, Request, RequestInit};

use crate::error::Error;
use crate::item::{self, Item, Move};

/// A command to the object. Serde writes the variant's name as a tag.
#[derive(Serialize, Deserialize)]
pub enum Command {
    List,
    PutIn(Vec<Item>),
    Move(Move),
}

impl Command {
    /// Validates the command's values.
    pub fn check(&self) -> Result<(), Error> {
        match self {
            Self::List => Ok(()),
            Self::PutIn(items) => item::check_all(items),
            Self::Move(step) => step.check(),
        }
    }

    /// Wraps the command in a request to its object, which reads only the body.
    pub fn into_request(self) -> worker::Result<Request> {
        let body = serde_json::to_string(&self)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(body.into()));
        Request::new_with_init("https://pantry/", &init)
    }
}
