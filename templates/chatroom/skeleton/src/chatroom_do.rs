//! The Durable Object: a room, which people ask about, join, send messages to and leave.
//!
//! The runtime may evict this object after any event and keep its sockets open. So it holds no
//! state: names are attached to the sockets, and messages are in the database.

use serde_json::json;
use worker::{
    Date, DurableObject, Env, Request, Response, Result, State, WebSocket,
    WebSocketIncomingMessage as Incoming, WebSocketPair, console_warn, durable_object,
};

use crate::bindings::Bindings;
use crate::connections::{self, Connections};
use crate::error::{self, Error};
use crate::frame::{Event, Welcome, Wish};
use crate::history::{History, Message};
use crate::name::Name;

/// With `websocket`, the object exports the WebSocket handlers in addition to `fetch`.
#[durable_object(websocket)]
pub struct Chatroom {
    connections: Connections,
    history: History,
    env: Env,
}

impl DurableObject for Chatroom {
    fn new(state: State, env: Env) -> Self {
        Self {
            history: History(state.storage().sql()),
            connections: Connections(state),
            env,
        }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        self.answer(&request).or_else(Error::into_response)
    }

    async fn websocket_message(&self, socket: WebSocket, frame: Incoming) -> Result<()> {
        if let Err(error) = self.on_message(&socket, frame) {
            connections::send(&socket, &Event::Refused(error.into_problem()));
        }
        Ok(())
    }

    async fn websocket_close(&self, ws: WebSocket, code: usize, _: String, _: bool) -> Result<()> {
        connections::close(&ws, code);
        self.on_leave(&ws)
    }

    /// The runtime calls this instead of `websocket_close` when a client violates the protocol.
    async fn websocket_error(&self, socket: WebSocket, cause: worker::Error) -> Result<()> {
        console_warn!("a socket broke: {cause}");
        self.on_leave(&socket)
    }
}

impl Chatroom {
    fn answer(&self, request: &Request) -> error::Result<Response> {
        let keep = Bindings::new(&self.env)?.history_length;
        let messages = self.history.newest(keep)?;
        let names = self.connections.names()?;
        let answer = match request.path().split('/').nth(3) {
            Some("socket") => return self.join(request, messages),
            Some(_) => json!({ "messages": messages }),
            None => json!({ "count": names.len(), "names": names }),
        };
        Ok(Response::from_json(&answer)?)
    }

    /// Accepts a new socket. Others are notified, unless that name is already here.
    fn join(&self, request: &Request, messages: Vec<Message>) -> error::Result<Response> {
        let upgrade = request.headers().get("upgrade")?.unwrap_or_default();
        if !upgrade.eq_ignore_ascii_case("websocket") {
            return Err(Error::NoUpgrade);
        }
        let name = &Name::from_url(&request.inner().url())?;
        // Limited, because every message is sent to each socket in turn.
        if self.connections.open().count() >= 100 {
            return Err(Error::Full);
        }
        if !self.connections.have(name) {
            self.connections.send_all(&Event::Joined { name });
        }
        let WebSocketPair { client, server } = WebSocketPair::new()?;
        self.connections.accept(&server, name)?;
        let names = self.connections.names()?;
        connections::send(&server, &Event::Welcome(Welcome { names, messages }));
        Ok(Response::from_websocket(client)?)
    }

    /// Handles a frame, and sends its message to everyone.
    fn on_message(&self, socket: &WebSocket, frame: Incoming) -> error::Result<()> {
        let now = Date::now().as_millis().cast_signed();
        let mut attachment = connections::attachment(socket)?;
        attachment.rate_limit.count(now)?;
        socket.serialize_attachment(&attachment)?;
        let Incoming::String(frame) = frame else {
            return Err(Error::NotText);
        };
        let Wish::Say { text } = Wish::read(&frame)?;
        let keep = Bindings::new(&self.env)?.history_length;
        let message = self.history.add(&attachment.name, &text, now, keep)?;
        self.connections.send_all(&Event::Said(&message));
        Ok(())
    }

    /// Notifies others that somebody left, unless they are still here on another socket.
    fn on_leave(&self, socket: &WebSocket) -> Result<()> {
        let name = &connections::attachment(socket)?.name;
        if !self.connections.have(name) {
            self.connections.send_all(&Event::Left { name });
        }
        Ok(())
    }
}
