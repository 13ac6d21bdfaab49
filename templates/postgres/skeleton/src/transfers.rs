//! Transfers. Each happens in one transaction: completely, or not at all.

use serde::{Deserialize, Serialize};
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::database::Parameter;
use crate::error::{Error, Result};
use crate::id::check_id;

const MOST_CENTS: i64 = 1_000_000_000;

#[derive(Serialize, Deserialize)]
pub struct Transfer {
    from: String,
    to: String,
    cents: i64,
}

impl Transfer {
    pub fn check(&self) -> Result<()> {
        check_id(&self.from)?;
        check_id(&self.to)?;
        if self.from == self.to {
            return Err(Error::Invalid("a transfer must have two accounts"));
        }
        if !(1..=MOST_CENTS).contains(&self.cents) {
            return Err(Error::Invalid("a transfer must have 1 to 1000000000 cents"));
        }
        Ok(())
    }
}

/// Makes a transfer, and returns whether it is new. A client that got no response sends the same
/// request again: the id is only taken once, so the money is only moved once.
///
/// A transaction that is dropped is rolled back.
pub async fn make(client: &mut Client, id: &str, transfer: &Transfer) -> Result<bool> {
    let all: [Parameter; 4] = [
        (&id, Type::TEXT),
        (&transfer.from, Type::TEXT),
        (&transfer.to, Type::TEXT),
        (&transfer.cents, Type::INT8),
    ];
    let transaction = client.transaction().await?;
    // It waits for a transaction that is just about to take the same id.
    let insert = "INSERT INTO transfers (id, source, target, cents) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO NOTHING";
    if transaction.execute_typed(insert, &all).await? == 0 {
        let same = "SELECT id FROM transfers
            WHERE id = $1 AND source = $2 AND target = $3 AND cents = $4";
        let row = transaction.query_typed_opt(same, &all).await?;
        return row.map(|_| false).ok_or(Error::OtherTransfer);
    }
    // Always in the order of the ids, so that no two transfers wait for each other.
    let lock = "SELECT id FROM accounts WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE";
    transaction.query_typed(lock, &all[1..3]).await?;
    let update = "UPDATE accounts SET cents = cents + CASE id WHEN $1 THEN -$3 ELSE $3 END
        WHERE id IN ($1, $2)";
    transaction.execute_typed(update, &all[1..]).await?;
    transaction.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, cents: i64) -> Result<()> {
        let (from, to) = (from.into(), to.into());
        Transfer { from, to, cents }.check()
    }

    #[test]
    fn a_transfer_has_two_accounts() {
        assert!(check("ada", "bob", 1).is_ok());
        assert!(matches!(check("ada", "ada", 1), Err(Error::Invalid(_))));
        assert!(matches!(check("ada", "", 1), Err(Error::BadId)));
        assert!(matches!(check("Ada", "bob", 1), Err(Error::BadId)));
    }

    #[test]
    fn a_transfer_moves_something_and_not_too_much() {
        for (cents, is_legal) in [
            (0, false),
            (1, true),
            (MOST_CENTS, true),
            (MOST_CENTS + 1, false),
            (-1, false),
        ] {
            assert_eq!(check("ada", "bob", cents).is_ok(), is_legal, "{cents}");
        }
    }
}
