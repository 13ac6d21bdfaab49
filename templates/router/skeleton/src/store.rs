//! Stores accounts in a KV namespace: the id is the key, and the value is JSON.
//!
//! KV is eventually consistent: a change can take a minute or more to be visible elsewhere.

use worker::{KvStore, Result};

use crate::account::Account;

pub struct Accounts(KvStore);

impl Accounts {
    pub const fn new(namespace: KvStore) -> Self {
        Self(namespace)
    }

    pub async fn read(&self, id: u32) -> Result<Option<Account>> {
        Ok(self.0.get(&id.to_string()).json().await?)
    }

    pub async fn write(&self, account: &Account) -> Result<()> {
        let put = self.0.put(&account.id.to_string(), account)?;
        Ok(put.execute().await?)
    }
}
