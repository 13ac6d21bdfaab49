//! Connections from the worker: asks the WHOIS server.

use std::io;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use worker::{Delay, Socket};

use crate::bindings::Bindings;
use crate::domain::Domain;
use crate::error::{Error, Result};

/// In bytes. The answer is held in memory.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Opens a connection, sends the question, and reads until the server closes the connection.
pub async fn ask(bindings: &Bindings, domain: &Domain) -> Result<Vec<u8>> {
    let (host, port) = &bindings.upstream;
    // Does not wait: whether the server can be reached shows when the question is sent.
    let mut socket = Socket::builder().connect(host, *port)?;
    let answer = within(bindings.patience, converse(&mut socket, domain)).await;
    // Only a few connections may be open at once. One that has failed is closed already.
    socket.close().await.ok();
    let answer = answer.ok_or(Error::UpstreamTooSlow)?;
    let answer = answer.map_err(Error::Upstream)?;
    if answer.len() > LONGEST_ANSWER {
        return Err(Error::UpstreamTooLong);
    }
    Ok(answer)
}

/// Reads one byte more than an answer may have, to see that it is too long.
async fn converse(socket: &mut Socket, domain: &Domain) -> io::Result<Vec<u8>> {
    socket.write_all(domain.as_line().as_bytes()).await?;
    let mut answer = Vec::new();
    let mut reader = socket.take(LONGEST_ANSWER as u64 + 1);
    reader.read_to_end(&mut answer).await?;
    Ok(answer)
}

/// Waits for work, but not for ever.
pub async fn within<T>(patience: Duration, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), Delay::from(patience)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}
