//! One of each thing that a rule of `scaffold check` is about, each behind a path of its own.

mod alarms;
mod counter;
mod queues;
mod routes;

/// What the dev server must watch, though it is in no folder of sources.
pub const PAGE: &str = include_str!("../pages/index.html");

use worker::{
    Context, Env, MessageBatch, Request, Response, Result, ScheduleContext, ScheduledEvent,
    console_log, event,
};

#[event(fetch, respond_with_errors)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    routes::answer(request, env).await
}

#[event(queue)]
async fn queue(batch: MessageBatch<String>, _env: Env, _context: Context) -> Result<()> {
    queues::consume(&batch)
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, _env: Env, _context: ScheduleContext) {
    console_log!("scheduled: {}", event.cron());
}
