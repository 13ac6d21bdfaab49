//! Connections to the worker: a client sends one line, and gets the answer (RFC 3912).

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use worker::{Env, Socket};

use crate::bindings::Bindings;
use crate::domain::Domain;
use crate::error::{Error, Result};
use crate::upstream::{ask, within};

/// In bytes, with the end of the line.
const LONGEST_LINE: u64 = 255;

/// Serves a connection. It is closed when this returns.
pub async fn serve(socket: Socket, env: &Env) -> worker::Result<()> {
    let mut socket = BufReader::new(socket);
    let answer = answer(&mut socket, env).await;
    let answer = answer.unwrap_or_else(Error::into_line);
    socket.write_all(&answer).await?;
    Ok(socket.shutdown().await?)
}

async fn answer(socket: &mut BufReader<Socket>, env: &Env) -> Result<Vec<u8>> {
    let bindings = Bindings::new(env)?;
    let line = within(bindings.patience, read_line(socket)).await;
    let domain = Domain::parse(&line.ok_or(Error::NoLine)??)?;
    ask(&bindings, &domain).await
}

/// Reads up to the end of the first line. A longer one is not read to its end.
async fn read_line(socket: &mut BufReader<Socket>) -> Result<String> {
    let mut line = Vec::new();
    let mut reader = socket.take(LONGEST_LINE);
    // A connection that breaks has sent no line either.
    let read = reader.read_until(b'\n', &mut line).await;
    read.map_err(|_| Error::NoLine)?;
    let line = line.strip_suffix(b"\n").ok_or(Error::NoLine)?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    String::from_utf8(line.to_vec()).map_err(|_| Error::BadDomain)
}
