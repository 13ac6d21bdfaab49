//! What the client and the server say to each other: every value that is not a primitive.
//!
//! The two are deployed one after the other, so an old one and a new one meet for a
//! moment. A new field must have a default, and a variant is taken away only when no
//! server answers it any more.

use serde::{Deserialize, Serialize};

/// What is to be sent, and where.
#[derive(Debug, Serialize, Deserialize)]
pub struct Parcel {
    /// The country's two letters, in capitals.
    pub country: String,
    pub grams: u32,
    #[serde(default)]
    pub express: bool,
}

/// What it costs, and how many working days it takes.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub cents: u32,
    pub days: u32,
}

/// Why a parcel is not taken. This is an answer, and not a failure of the server.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    NoSuchCountry,
    NoWeight,
    TooHeavy,
}

/// The answer to a [`Parcel`].
pub type Answer = Result<Quote, Refusal>;
