//! The storage of one pantry: migrations, and atomic changes.

use std::cell::Cell;
use std::rc::Rc;

use worker::{Date, SqlStorage, State, Storage, Transaction};

use crate::error::Result;
use crate::{rows, schema};

/// Applies all pending migrations, or none.
pub async fn migrate(state: &State) -> Result<()> {
    if schema::version(&state.storage().sql())? < schema::MIGRATIONS.len() {
        change(state, schema::migrate).await?;
    }
    Ok(())
}

/// Runs `change` in a transaction that also sets the alarm, so that there is always an alarm to
/// delete the items. An error rolls back everything. The runtime offers this instead of SQL's
/// own `BEGIN`, which it refuses; no other event runs in the meantime.
pub async fn change<F>(state: &State, change: F) -> Result<()>
where
    F: FnOnce(&SqlStorage) -> Result<()> + 'static,
{
    let failure = Rc::new(Cell::new(None));
    let (slot, storage) = (Rc::clone(&failure), state.storage());
    let roll_back_on_error = |transaction: Transaction| async move {
        let done = match change(&storage.sql()) {
            Ok(()) => set_alarm(&storage).await,
            refused => refused,
        };
        if let Err(error) = done {
            transaction.rollback()?;
            slot.set(Some(error));
        }
        Ok(())
    };
    state.storage().transaction(roll_back_on_error).await?;
    failure.take().map_or(Ok(()), Err)
}

/// Sets the alarm to the next expiry. An alarm left over from an item that is gone is harmless:
/// it finds nothing to delete.
async fn set_alarm(storage: &Storage) -> Result<()> {
    if let Some(item) = rows::next_to_expire(&storage.sql())? {
        // A plain number is a delay in milliseconds, not a point in time.
        let delay = item.expires_at - now();
        storage.set_alarm(delay.max(0)).await?;
    }
    Ok(())
}

/// Now, in milliseconds since 1970.
pub fn now() -> i64 {
    Date::now().as_millis().cast_signed()
}
