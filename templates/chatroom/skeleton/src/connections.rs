//! The connections of a room: its open sockets, and the sending of events to them.
//!
//! The runtime holds the sockets, even while the object hibernates. Each socket has tags, by
//! which it can be looked up, and an attachment, which can be changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use worker::{Result, State, WebSocket, WebSocketRequestResponsePair, console_warn, web_sys};

use crate::frame::Event;
use crate::name::Name;
use crate::rate_limit::RateLimit;

/// The sockets of one room.
pub struct Connections(pub State);

/// What is attached to a socket.
#[derive(Serialize, Deserialize)]
pub struct Attachment {
    pub name: Name,
    pub rate_limit: RateLimit,
}

impl Connections {
    /// Accepts a socket. From here on, the runtime holds it, with the name as its tag.
    pub fn accept(&self, socket: &WebSocket, name: &Name) -> Result<()> {
        // The runtime answers pings itself, without waking the object.
        let pair = WebSocketRequestResponsePair::new("ping", "pong")?;
        self.0.set_websocket_auto_response(&pair);
        self.0.accept_websocket_with_tags(socket, &[name.as_str()]);
        let (name, rate_limit) = (name.clone(), RateLimit::default());
        socket.serialize_attachment(Attachment { name, rate_limit })
    }

    /// Whether somebody with that name is here, on one socket or more.
    pub fn have(&self, name: &Name) -> bool {
        let sockets = self.0.get_websockets_with_tag(name.as_str());
        sockets.iter().any(is_open)
    }

    /// The names of everyone here, without duplicates.
    pub fn names(&self) -> Result<BTreeSet<Name>> {
        self.open().map(|ws| Ok(attachment(&ws)?.name)).collect()
    }

    pub fn send_all(&self, event: &Event) {
        self.open().for_each(|socket| send(&socket, event));
    }

    pub fn open(&self) -> impl Iterator<Item = WebSocket> {
        self.0.get_websockets().into_iter().filter(is_open)
    }
}

/// The runtime still lists sockets that their clients have closed.
fn is_open(socket: &WebSocket) -> bool {
    let socket: &web_sys::WebSocket = socket.as_ref();
    socket.ready_state() == web_sys::WebSocket::OPEN
}

pub fn attachment(socket: &WebSocket) -> Result<Attachment> {
    let attachment = socket.deserialize_attachment()?;
    attachment.ok_or_else(|| "a socket has no attachment".into())
}

/// Sends an event to one socket. A failure is only logged, so that the others still get it.
pub fn send(socket: &WebSocket, event: &Event) {
    if let Err(cause) = socket.send(event) {
        console_warn!("a socket took no frame: {cause}");
    }
}

/// Answers a close frame, which the runtime does not do for hibernating sockets.
pub fn close(socket: &WebSocket, code: usize) {
    // Send back the same code, unless it is one that must not be sent.
    let may_be_sent = matches!(code, 1000..=1003 | 1007..=1014 | 1016..=4999);
    let code = if may_be_sent { code } else { 1000 };
    if let Err(cause) = socket.close(u16::try_from(code).ok(), Some("")) {
        console_warn!("a socket was not closed: {cause}");
    }
}
