//! A room's logic: people ask about it, join, send messages and leave.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use serde::Serialize;
use worker::{
    Date, Env, Request, Response, State, WebSocket, WebSocketIncomingMessage, WebSocketPair,
};

use crate::bindings::Bindings;
use crate::crowd::{self, Crowd};
use crate::error::{Error, Result};
use crate::frame::{Event, Wish};
use crate::history::{History, Message};
use crate::name::Name;
use crate::route::{self, Ask, Route};

pub struct Room {
    crowd: Crowd,
    history: History,
    env: Env,
}

#[derive(Serialize)]
struct People {
    count: usize,
    names: BTreeSet<Name>,
}

#[derive(Serialize)]
struct Messages {
    messages: Vec<Message>,
}

impl Room {
    pub fn new(state: State, env: Env) -> Self {
        let history = History::new(&state);
        let creating = history.clone();
        // Holds back every event until the table exists. If this fails, the runtime discards
        // the object, and the next event tries again.
        let _ready = state.block_concurrency_while(async move { creating.create() });
        let crowd = Crowd::new(state);
        Self {
            crowd,
            history,
            env,
        }
    }

    pub fn answer(&self, request: &Request) -> Result<Response> {
        let Route::Room { ask, .. } = route::read(request)? else {
            return Err(Error::NotFound);
        };
        match ask {
            Ask::People => {
                let names = self.crowd.names()?;
                let count = names.len();
                Ok(Response::from_json(&People { count, names })?)
            }
            Ask::History => {
                let messages = self.history.newest(self.history_length()?)?;
                Ok(Response::from_json(&Messages { messages })?)
            }
            Ask::Join(name) => self.join(&name),
        }
    }

    /// Accepts a new socket. Others are notified, unless that name is already here.
    fn join(&self, name: &Name) -> Result<Response> {
        let messages = self.history.newest(self.history_length()?)?;
        if self.crowd.is_full() {
            return Err(Error::Full);
        }
        if !self.crowd.has(name) {
            self.crowd.tell_all(&Event::Joined { name });
        }
        let WebSocketPair { client, server } = WebSocketPair::new()?;
        self.crowd.seat(&server, name)?;
        let names = self.crowd.names()?;
        crowd::tell(&server, &Event::Welcome { names, messages });
        Ok(Response::from_websocket(client)?)
    }

    /// Handles a frame, and sends its message to everyone.
    pub fn hear(&self, socket: &WebSocket, frame: WebSocketIncomingMessage) -> Result<()> {
        let now = Date::now().as_millis().cast_signed();
        let sender = crowd::count_frame(socket, now)?;
        let WebSocketIncomingMessage::String(frame) = frame else {
            return Err(Error::NotText);
        };
        let Wish::Say { text } = Wish::read(&frame)?;
        let keep = self.history_length()?;
        let message = self.history.add(&sender, &text, now, keep)?;
        self.crowd.tell_all(&Event::Said(&message));
        Ok(())
    }

    /// Notifies others that somebody left, unless they are still here on another socket.
    pub fn miss(&self, socket: &WebSocket) -> worker::Result<()> {
        let name = crowd::name(socket)?;
        if !self.crowd.has(&name) {
            self.crowd.tell_all(&Event::Left { name: &name });
        }
        Ok(())
    }

    fn history_length(&self) -> Result<NonZeroU32> {
        Ok(Bindings::new(&self.env)?.history_length)
    }
}
