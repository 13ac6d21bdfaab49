//! The Durable Object: it receives a room's events from the runtime. The logic is in `room.rs`.
//!
//! The runtime may evict this object after any event and keep its sockets open. So it holds no
//! state that could get lost: names are attached to the sockets (`crowd.rs`), and messages are
//! in the database (`history.rs`).

use worker::{
    DurableObject, Env, Request, Response, Result, State, WebSocket, WebSocketIncomingMessage,
    console_warn, durable_object,
};

use crate::crowd;
use crate::error::Error;
use crate::frame::Event;
use crate::room::Room;

/// With `websocket`, the object exports the WebSocket handlers in addition to `fetch`.
#[durable_object(websocket)]
pub struct Chatroom {
    room: Room,
}

impl DurableObject for Chatroom {
    fn new(state: State, env: Env) -> Self {
        let room = Room::new(state, env);
        Self { room }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        self.room.answer(&request).or_else(Error::into_response)
    }

    async fn websocket_message(
        &self,
        socket: WebSocket,
        frame: WebSocketIncomingMessage,
    ) -> Result<()> {
        if let Err(error) = self.room.hear(&socket, frame) {
            crowd::tell(&socket, &Event::Refused(error.into_problem()));
        }
        Ok(())
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        code: usize,
        _reason: String,
        _was_clean: bool,
    ) -> Result<()> {
        crowd::hang_up(&socket, code);
        self.room.miss(&socket)
    }

    /// The runtime calls this instead of `websocket_close` when a client violates the protocol.
    async fn websocket_error(&self, socket: WebSocket, cause: worker::Error) -> Result<()> {
        console_warn!("a socket broke: {cause}");
        self.room.miss(&socket)
    }
}
