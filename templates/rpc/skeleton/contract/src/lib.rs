//! What the client and the server say to each other: every value that is not a primitive.
//!
//! The two are deployed one after the other, so an old one and a new one meet for a
//! moment: the server is the first to be new. A new field must have a default. A new
//! variant takes two deployments: one that teaches it to the client, and only then one
//! whose server answers it. A variant is taken away when no server answers it any more.

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
