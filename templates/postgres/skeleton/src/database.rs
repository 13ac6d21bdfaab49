//! The connection to the database.

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls};
use worker::{Context, Hyperdrive, console_error};

use crate::error::Result;

/// A parameter of a query, with its type in the database.
pub type Parameter<'a> = (&'a (dyn ToSql + Sync), Type);

/// Connects for one request, which is cheap: Hyperdrive keeps the connections to the database open
/// between requests, and I/O of one request cannot be used by another.
pub async fn connect(hyperdrive: &Hyperdrive, context: &Context) -> Result<Client> {
    let config: Config = hyperdrive.connection_string().parse()?;
    // The way to Hyperdrive never leaves Cloudflare's machine. Hyperdrive itself speaks TLS.
    let socket = hyperdrive.connect()?;
    let (client, connection) = config.connect_raw(socket, NoTls).await?;
    // It carries the queries, and says goodbye when the client is dropped, maybe after the response.
    context.wait_until(async move {
        if let Err(cause) = connection.await {
            console_error!("{cause:?}");
        }
    });
    Ok(client)
}
