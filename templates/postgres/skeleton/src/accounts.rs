//! The accounts. Parameters are never written into the text of a query.
//!
//! `query_typed` states the parameters' types, so that a query needs one round trip, and leaves no
//! prepared statement behind on a connection that Hyperdrive shares.

use serde::{Deserialize, Serialize};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use crate::database::Parameter;
use crate::error::{Error, Result};

const PAGE: u8 = 100;
const MOST_CENTS: i64 = 1_000_000_000_000;

#[derive(Serialize)]
pub struct Account {
    id: String,
    cents: i64,
}

#[derive(Serialize)]
pub struct Page {
    accounts: Vec<Account>,
    /// Pass it back to get the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

#[derive(Deserialize)]
pub struct Opening {
    cents: i64,
}

impl Opening {
    pub fn check(&self) -> Result<()> {
        let fits = (0..=MOST_CENTS).contains(&self.cents);
        let rule = "an account must be opened with 0 to 1000000000000 cents";
        fits.then_some(()).ok_or(Error::Invalid(rule))
    }
}

pub async fn open(client: &Client, id: &str, opening: &Opening) -> Result<Account> {
    let query = "INSERT INTO accounts (id, cents) VALUES ($1, $2)
        ON CONFLICT (id) DO NOTHING RETURNING id, cents";
    let parameters: [Parameter; 2] = [(&id, Type::TEXT), (&opening.cents, Type::INT8)];
    let row = client.query_typed_opt(query, &parameters).await?;
    account(&row.ok_or(Error::AccountExists)?)
}

pub async fn find(client: &Client, id: &str) -> Result<Account> {
    let query = "SELECT id, cents FROM accounts WHERE id = $1";
    let row = client.query_typed_opt(query, &[(&id, Type::TEXT)]).await?;
    account(&row.ok_or(Error::NoSuchAccount)?)
}

/// Lists a page, and asks for one account more than it has room for, to see whether there are any.
pub async fn list(client: &Client, after: &str) -> Result<Page> {
    let query = "SELECT id, cents FROM accounts WHERE id > $1 ORDER BY id LIMIT $2";
    let limit = i64::from(PAGE) + 1;
    let parameters: [Parameter; 2] = [(&after, Type::TEXT), (&limit, Type::INT8)];
    let rows = client.query_typed(query, &parameters).await?;
    let page = rows.iter().take(PAGE.into());
    let accounts: Vec<Account> = page.map(account).collect::<Result<_>>()?;
    let last = accounts.last().map(|account| account.id.clone());
    let after = last.filter(|_| rows.len() > accounts.len());
    Ok(Page { accounts, after })
}

/// Reads a row. `get` would panic if a column had another type.
fn account(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.try_get("id")?,
        cents: row.try_get("cents")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_opened_with_no_debt_and_no_fortune() {
        for (cents, is_legal) in [
            (0, true),
            (MOST_CENTS, true),
            (-1, false),
            (MOST_CENTS + 1, false),
        ] {
            assert_eq!(Opening { cents }.check().is_ok(), is_legal, "{cents}");
        }
    }
}
