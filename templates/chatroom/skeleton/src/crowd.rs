//! The connections of a room: its open sockets, and the sending of events to them.
//!
//! The runtime holds the sockets, even while the object hibernates. Each socket has tags, by
//! which it can be looked up, and an attachment, which can be changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use worker::{Result, State, WebSocket, WebSocketRequestResponsePair, console_warn, web_sys};

use crate::error::Error;
use crate::frame::Event;
use crate::name::Name;
use crate::pace::Pace;

/// Limited, because every message is sent to each socket in turn.
const MOST_SOCKETS: usize = 100;

/// The sockets of one room.
pub struct Crowd {
    state: State,
}

/// The attachment of a socket.
#[derive(Serialize, Deserialize)]
struct Seat {
    name: Name,
    pace: Pace,
}

impl Crowd {
    pub fn new(state: State) -> Self {
        Self { state }
    }

    pub fn is_full(&self) -> bool {
        self.open_sockets().count() >= MOST_SOCKETS
    }

    /// Accepts a socket. From here on, the runtime holds it, with the name as its tag.
    pub fn seat(&self, socket: &WebSocket, name: &Name) -> Result<()> {
        // The runtime answers pings itself, without waking the object.
        let pair = WebSocketRequestResponsePair::new("ping", "pong")?;
        self.state.set_websocket_auto_response(&pair);
        self.state
            .accept_websocket_with_tags(socket, &[name.as_str()]);
        let (name, pace) = (name.clone(), Pace::default());
        socket.serialize_attachment(Seat { name, pace })
    }

    /// Whether somebody with that name is here, on one socket or more.
    pub fn has(&self, name: &Name) -> bool {
        let sockets = self.state.get_websockets_with_tag(name.as_str());
        sockets.iter().any(is_open)
    }

    /// The names of everyone here, without duplicates.
    pub fn names(&self) -> Result<BTreeSet<Name>> {
        self.open_sockets().map(|socket| name(&socket)).collect()
    }

    pub fn tell_all(&self, event: &Event) {
        self.open_sockets().for_each(|socket| tell(&socket, event));
    }

    fn open_sockets(&self) -> impl Iterator<Item = WebSocket> {
        self.state.get_websockets().into_iter().filter(is_open)
    }
}

/// The runtime still lists sockets that their clients have closed.
fn is_open(socket: &WebSocket) -> bool {
    let socket: &web_sys::WebSocket = socket.as_ref();
    socket.ready_state() == web_sys::WebSocket::OPEN
}

/// The name of the person at a socket.
pub fn name(socket: &WebSocket) -> Result<Name> {
    Ok(seat_of(socket)?.name)
}

fn seat_of(socket: &WebSocket) -> Result<Seat> {
    let seat = socket.deserialize_attachment()?;
    seat.ok_or_else(|| "a socket has no attachment".into())
}

/// Counts a frame that arrived on a socket, and returns its sender.
pub fn count_frame(socket: &WebSocket, now: i64) -> std::result::Result<Name, Error> {
    let Seat { name, pace } = seat_of(socket)?;
    let (sender, pace) = (name.clone(), pace.step(now)?);
    socket.serialize_attachment(Seat { name, pace })?;
    Ok(sender)
}

/// Sends an event to one socket. A failure is only logged, so that the others still get it.
pub fn tell(socket: &WebSocket, event: &Event) {
    if let Err(cause) = socket.send(event) {
        console_warn!("a socket took no frame: {cause}");
    }
}

/// Answers a close frame, which the runtime does not do for hibernating sockets.
pub fn hang_up(socket: &WebSocket, code: usize) {
    // Send back the same code, unless it is one that must not be sent.
    let may_be_sent = matches!(code, 1000..=1003 | 1007..=1014 | 1016..=4999);
    let code = if may_be_sent { code } else { 1000 };
    if let Err(cause) = socket.close(u16::try_from(code).ok(), Some("")) {
        console_warn!("a socket was not closed: {cause}");
    }
}
