//! Stores the logbook in a KV namespace: a checkpoint per job, a reading per hour, and a digest
//! per day.
//!
//! All keys are known in advance, so there is no need to list them. KV is eventually consistent: a
//! change can take a minute or more to be visible elsewhere.

use chrono::{NaiveDate, Timelike};
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::KvError;
use worker::kv::KvStore;

use crate::checkpoint::{Checkpoint, Stored};
use crate::digest::Digest;
use crate::error::Error;
use crate::job::Job;
use crate::plan::Time;
use crate::tide::Reading;

pub struct Logbook(KvStore);

impl Logbook {
    pub const fn new(namespace: KvStore) -> Self {
        Self(namespace)
    }

    /// Reads the checkpoint of a job. If the job has never run, it is empty.
    pub async fn checkpoint(&self, job: Job) -> Result<Checkpoint, Error> {
        let stored: Option<Stored> = self.get(&checkpoint_key(job)).await?;
        Ok(stored.map(Checkpoint::from).unwrap_or_default())
    }

    pub async fn keep_checkpoint(&self, job: Job, checkpoint: Checkpoint) -> Result<(), Error> {
        let stored = Stored::from(checkpoint);
        self.put(&checkpoint_key(job), &stored).await
    }

    /// Reads all readings of a day in one operation, in any order.
    pub async fn readings(&self, day: NaiveDate) -> Result<Vec<Reading>, Error> {
        let keys: Vec<_> = reading_keys(day).collect();
        let found = self.0.get_bulk(&keys).text().await?;
        let values = found.iter();
        values
            .filter_map(|(key, json)| Some(parse(key, json.as_deref()?)))
            .collect()
    }

    pub async fn keep_reading(&self, hour: Time, reading: &Reading) -> Result<(), Error> {
        let key = reading_key(hour.date_naive(), hour.hour());
        self.put(&key, reading).await
    }

    pub async fn delete_readings(&self, day: NaiveDate) -> Result<(), Error> {
        for key in reading_keys(day) {
            self.0.delete(&key).await?;
        }
        Ok(())
    }

    pub async fn digest(&self, day: NaiveDate) -> Result<Option<Digest>, Error> {
        self.get(&digest_key(day)).await
    }

    pub async fn keep_digest(&self, day: NaiveDate, digest: &Digest) -> Result<(), Error> {
        self.put(&digest_key(day), digest).await
    }

    async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        let json = self.0.get(key).text().await?;
        json.map(|json| parse(key, &json)).transpose()
    }

    async fn put(&self, key: &str, value: &impl Serialize) -> Result<(), Error> {
        let json = serde_json::to_string(value).map_err(KvError::Serialization)?;
        Ok(self.0.put(key, json)?.execute().await?)
    }
}

fn checkpoint_key(job: Job) -> String {
    format!("checkpoint/{}", job.name())
}

fn digest_key(day: NaiveDate) -> String {
    format!("digest/{day}")
}

fn reading_key(day: NaiveDate, hour: u32) -> String {
    format!("reading/{day}T{hour:02}")
}

fn reading_keys(day: NaiveDate) -> impl Iterator<Item = String> {
    (0..24).map(move |hour| reading_key(day, hour))
}

fn parse<T: DeserializeOwned>(key: &str, json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|cause| Error::Unreadable(format!("{key} in KV: {cause}")))
}
