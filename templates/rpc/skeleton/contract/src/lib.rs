//! The types that the client and the server exchange, except for primitive values.
//!
//! The two are deployed one after the other, the server first, so for a moment an old client
//! meets a new server. A new field must have `#[serde(default)]`. A new
//! variant takes two deployments: one
//! that makes the client understand it, and only then one whose server returns it. A variant may
//! be removed once no server returns it any more.

use serde::{Deserialize, Serialize};

/// A parcel to be sent.
#[derive(Debug, Serialize, Deserialize)]
pub struct Parcel {
    /// The two-letter country code, in capitals.
    pub country: String,
    pub grams: u32,
}

/// The price of a parcel, and how many working days it takes.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub cents: u32,
    pub days: u32,
}

/// Why a parcel is refused. This is a regular result, not a failure of the server.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    NoSuchCountry,
    NoWeight,
    TooHeavy,
}

/// The answer to a [`Parcel`].
pub type Answer = Result<Quote, Refusal>;
