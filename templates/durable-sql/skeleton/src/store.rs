//! The storage of one pantry: migrations, and atomic changes.

use std::cell::Cell;
use std::rc::Rc;

use serde::Deserialize;
use worker::{Date, SqlStorage, State, Storage, Transaction};

use crate::error::Error;
use crate::{pile, schema};

/// A handle on the object's storage. A clone is another handle on the same storage.
#[derive(Clone)]
pub struct Store {
    storage: Rc<Storage>,
}

impl Store {
    pub fn new(state: &State) -> Self {
        let storage = Rc::new(state.storage());
        Self { storage }
    }

    pub fn sql(&self) -> SqlStorage {
        self.storage.sql()
    }

    /// Migrates the tables to the latest version, with one transaction per migration.
    pub async fn migrate(&self) -> Result<(), Error> {
        for (version, statements) in schema::missing(self.version()?) {
            let migration = move |store: Self| async move { store.apply(version, statements) };
            self.atomically(migration).await?;
        }
        Ok(())
    }

    /// Runs `change` in a transaction that also sets the alarm, so that there is always an alarm
    /// to delete the rows.
    pub async fn change<F>(&self, change: F) -> Result<(), Error>
    where
        F: FnOnce(&SqlStorage) -> Result<(), Error> + 'static,
    {
        let change_and_set_alarm = |store: Self| async move {
            change(&store.sql())?;
            store.set_alarm().await
        };
        self.atomically(change_and_set_alarm).await
    }

    /// Rolls back everything that `work` has done if it returns an error. The runtime offers this
    /// instead of SQL's own `BEGIN`, which it refuses; no other event runs in the meantime.
    async fn atomically<F, Done>(&self, work: F) -> Result<(), Error>
    where
        F: FnOnce(Self) -> Done + 'static,
        Done: Future<Output = Result<(), Error>> + 'static,
    {
        let failure = Rc::new(Cell::new(None));
        let (slot, store) = (Rc::clone(&failure), self.clone());
        let roll_back_on_error = |transaction: Transaction| async move {
            if let Err(error) = work(store).await {
                transaction.rollback()?;
                slot.set(Some(error));
            }
            Ok(())
        };
        self.storage.transaction(roll_back_on_error).await?;
        failure.take().map_or(Ok(()), Err)
    }

    /// How many migrations have been applied.
    fn version(&self) -> Result<usize, Error> {
        #[derive(Deserialize)]
        struct Row {
            version: usize,
        }
        self.sql().exec(schema::CREATE_VERSIONS, None)?;
        let rows: Vec<Row> = self.sql().exec(schema::GET_VERSION, None)?.to_array()?;
        Ok(rows.first().map_or(0, |row| row.version))
    }

    fn apply(&self, version: i64, statements: &[&str]) -> Result<(), Error> {
        for statement in statements {
            self.sql().exec(statement, None)?;
        }
        self.sql().exec(schema::ADD_VERSION, vec![version.into()])?;
        Ok(())
    }

    /// Sets the alarm to the next expiry. An alarm left over from a pile that is gone is
    /// harmless: it finds nothing to delete.
    async fn set_alarm(&self) -> Result<(), Error> {
        if let Some(expires_at) = pile::next_expiry(&self.sql())? {
            // A plain number is a delay in milliseconds, not a point in time.
            let delay = expires_at - now();
            self.storage.set_alarm(delay.max(0)).await?;
        }
        Ok(())
    }
}

/// Now, in milliseconds since 1970.
pub fn now() -> i64 {
    Date::now().as_millis().cast_signed()
}
