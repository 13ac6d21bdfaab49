//! Stores the logbook in a KV namespace: a checkpoint per job, a reading per hour, and a digest
//! per day.
//!
//! All keys are known in advance, so there is no need to list them. KV is eventually consistent: a
//! change can take a minute or more to be visible elsewhere.

use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};
use worker::{KvError, kv::KvStore};

use crate::checkpoint::{Checkpoint, Stored};
use crate::error::{Error, Result};
use crate::job::Job;
use crate::tide::Reading;

pub struct Logbook(pub KvStore);

impl Logbook {
    /// Reads the checkpoint of a job. If the job has never run, it is empty.
    pub async fn checkpoint(&self, job: Job) -> Result<Checkpoint> {
        let key = format!("checkpoint/{}", job.name());
        let stored = self.get(&key).await?;
        Ok(stored.map_or_else(Checkpoint::default, |Stored::One(kept)| kept))
    }

    pub async fn keep_checkpoint(&self, job: Job, checkpoint: Checkpoint) -> Result<()> {
        let key = format!("checkpoint/{}", job.name());
        self.put(&key, &Stored::One(checkpoint)).await
    }

    /// Reads all readings of a day in one operation, in any order.
    pub async fn readings(&self, day: NaiveDate) -> Result<Vec<Reading>> {
        let keys: Vec<_> = (0..24).map(|hour| reading_key(day, hour)).collect();
        let found = self.0.get_bulk(&keys).text().await?;
        let read = |(key, json): (String, Option<String>)| Some(parse(&key, &json?));
        found.into_iter().filter_map(read).collect()
    }

    pub async fn delete_readings(&self, day: NaiveDate) -> Result<()> {
        for hour in 0..24 {
            self.0.delete(&reading_key(day, hour)).await?;
        }
        Ok(())
    }

    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let json = self.0.get(key).text().await?;
        json.map(|json| parse(key, &json)).transpose()
    }

    pub async fn put(&self, key: &str, value: &impl Serialize) -> Result<()> {
        let json = serde_json::to_string(value).map_err(KvError::Serialization)?;
        Ok(self.0.put(key, json)?.execute().await?)
    }
}

pub fn digest_key(day: NaiveDate) -> String {
    format!("digest/{day}")
}

pub fn reading_key(day: NaiveDate, hour: u32) -> String {
    format!("reading/{day}T{hour:02}")
}

fn parse<T: DeserializeOwned>(key: &str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|cause| Error::Unreadable(format!("{key} in KV: {cause}")))
}
