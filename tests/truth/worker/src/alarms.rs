//! Two Durable Objects that are woken by an alarm.

use std::time::Duration;
use worker::{DurableObject, Env, Request, Response, Result, State, console_log, durable_object};

#[durable_object(alarm)]
pub struct Reminder {
    state: State,
}

impl DurableObject for Reminder {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        self.state.storage().set_alarm(Duration::from_millis(1)).await?;
        Response::ok("set")
    }

    async fn alarm(&self) -> Result<Response> {
        console_log!("the reminder came");
        Response::empty()
    }
}

#[durable_object(alarm)]
pub struct Bell {
    state: State,
}

impl DurableObject for Bell {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        self.state.storage().set_alarm(Duration::from_millis(1)).await?;
        Response::ok("set")
    }

    async fn alarm(&self) -> Result<Response> {
        console_log!("the bell rang");
        Response::empty()
    }
}
