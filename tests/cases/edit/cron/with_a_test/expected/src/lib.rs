use worker::{Context, Env, Request, Response, Result, event};

mod bindings;

#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    Response::ok(bindings::Bindings::new(&env)?.title)
}

/// Runs at the times that the crons of the wrangler file name.
#[worker::event(scheduled)]
async fn scheduled(
    event: worker::ScheduledEvent,
    _env: worker::Env,
    _context: worker::ScheduleContext,
) {
    worker::console_log!("cron {}", event.cron());
}
