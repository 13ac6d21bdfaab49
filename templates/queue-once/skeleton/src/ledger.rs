//! The client of the ledger: its commands and their results. The Durable Object is in
//! `ledger_do.rs`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use worker::{Method, ObjectNamespace, Request, RequestInit, Result, Stub};

use crate::job::{Job, Record};

/// How long a claim lasts. No queue consumer runs for more than 15 minutes, so after that, a
/// message that has neither renewed nor fulfilled its claim is no longer being handled.
const CLAIM_SECONDS: u32 = 900;

/// A command to the ledger object.
#[derive(Debug, Serialize, Deserialize)]
pub enum Command {
    Register(Job),
    Read {
        key: String,
    },
    Claim {
        job: Job,
        message: String,
        seconds: u32,
    },
    Fulfil {
        key: String,
        message: String,
    },
    DeadLetter(Job),
    Restock(Stock),
    Count {
        item: String,
    },
}

/// The result of a claim on a job.
#[derive(Debug, Serialize, Deserialize)]
pub enum Claim {
    Granted { attempts: u32 },
    HeldByAnother,
    Finished,
}

/// How many pieces of an item there are.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stock {
    pub item: String,
    pub pieces: u32,
}

/// A client of the one ledger object.
pub struct Ledger(Stub);

impl Ledger {
    /// All jobs share one object, because they share the stock.
    pub fn new(namespace: &ObjectNamespace) -> Result<Self> {
        namespace.get_by_name("ledger").map(Self)
    }

    /// Registers a job, and returns the record of its key.
    pub async fn register(&self, job: Job) -> Result<Record> {
        self.ask(&Command::Register(job)).await
    }

    pub async fn read(&self, key: String) -> Result<Option<Record>> {
        self.ask(&Command::Read { key }).await
    }

    /// Claims a job for one message. Counts as an attempt if granted.
    pub async fn claim(&self, job: Job, message: String) -> Result<Claim> {
        let seconds = CLAIM_SECONDS;
        self.ask(&Command::Claim {
            job,
            message,
            seconds,
        })
        .await
    }

    /// Runs a claimed job. Returns whether it is done.
    pub async fn fulfil(&self, key: String, message: String) -> Result<bool> {
        self.ask(&Command::Fulfil { key, message }).await
    }

    /// Records a job as failed.
    pub async fn dead_letter(&self, job: Job) -> Result<()> {
        self.ask(&Command::DeadLetter(job)).await
    }

    /// Sets how many pieces of an item there are.
    pub async fn restock(&self, stock: Stock) -> Result<Stock> {
        self.ask(&Command::Restock(stock)).await
    }

    pub async fn count(&self, item: String) -> Result<Option<Stock>> {
        self.ask(&Command::Count { item }).await
    }

    async fn ask<T: DeserializeOwned>(&self, command: &Command) -> Result<T> {
        let mut init = RequestInit::new();
        init.with_method(Method::Post)
            .with_body(Some(serde_json::to_string(command)?.into()));
        // The request needs a complete address, but the object ignores it.
        let request = Request::new_with_init("https://ledger/", &init)?;
        self.0.fetch_with_request(request).await?.json().await
    }
}
