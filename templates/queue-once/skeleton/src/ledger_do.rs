//! The Durable Object that records every job and the stock.
//!
//! It is a single object, so two messages with the same key are handled one after the other.
//! Each command changes the tables with a single statement, so it takes effect completely or not
//! at all.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorage, SqlStorageValue, State,
    durable_object,
};

use crate::job::{Job, JobState, Record};
use crate::ledger::{Claim, Command, Stock};
use crate::schema;

#[durable_object(fetch)]
pub struct JobLedger {
    sql: SqlStorage,
}

impl DurableObject for JobLedger {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        Self { sql }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let command = request.json().await?;
        // Not in `new`, which cannot return an error.
        self.sql.exec(schema::TABLES, None)?;
        match command {
            Command::Register(job) => Response::from_json(&self.register(job)?),
            Command::Read { key } => Response::from_json(&self.read(key)?),
            Command::Claim {
                job,
                message,
                seconds,
            } => Response::from_json(&self.claim(job, message, seconds)?),
            Command::Fulfil { key, message } => Response::from_json(&self.fulfil(key, message)?),
            Command::DeadLetter(job) => Response::from_json(&self.dead_letter(job)?),
            Command::Restock(stock) => Response::from_json(&self.restock(stock)?),
            Command::Count { item } => Response::from_json(&self.count(item)?),
        }
    }
}

impl JobLedger {
    fn register(&self, job: Job) -> Result<Option<Record>> {
        let key = job.key.clone();
        self.sql.exec(schema::REGISTER, columns(job))?;
        self.read(key)
    }

    fn read(&self, key: String) -> Result<Option<Record>> {
        self.one(schema::READ, vec![key.into()])
    }

    fn claim(&self, job: Job, message: String, seconds: u32) -> Result<Claim> {
        #[derive(Deserialize)]
        struct Row {
            attempts: u32,
        }
        let key = job.key.clone();
        let mut values = columns(job);
        values.extend([message.into(), i64::from(seconds).into()]);
        if let Some(Row { attempts }) = self.one(schema::CLAIM, values)? {
            return Ok(Claim::Granted { attempts });
        }
        Ok(match self.read(key)?.map(|record| record.state) {
            Some(JobState::Queued) => Claim::HeldByAnother,
            _ => Claim::Finished,
        })
    }

    fn fulfil(&self, key: String, message: String) -> Result<bool> {
        let values = vec![key.into(), message.into()];
        let cursor = self.sql.exec(schema::FULFIL, values)?;
        Ok(cursor.rows_written() > 0)
    }

    fn dead_letter(&self, job: Job) -> Result<()> {
        self.sql.exec(schema::DEAD_LETTER, columns(job)).map(drop)
    }

    fn restock(&self, stock: Stock) -> Result<Stock> {
        let values = vec![stock.item.clone().into(), i64::from(stock.pieces).into()];
        self.sql.exec(schema::RESTOCK, values)?;
        Ok(stock)
    }

    fn count(&self, item: String) -> Result<Option<Stock>> {
        self.one(schema::COUNT, vec![item.into()])
    }

    /// The single row that a statement returns, if any.
    fn one<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<T>> {
        Ok(self.sql.exec(statement, values)?.to_array()?.pop())
    }
}

/// The values of a job's columns, in the order that the statements use.
fn columns(job: Job) -> Vec<SqlStorageValue> {
    let quantity = i64::from(job.quantity).into();
    vec![job.key.into(), job.item.into(), quantity]
}
