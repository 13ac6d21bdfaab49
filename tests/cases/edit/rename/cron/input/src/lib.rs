use worker::{Context, Env, Request, Response, Result, event};

mod bindings;

#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    Response::ok(bindings::Bindings::new(&env)?.title)
}

#[event(scheduled)]
async fn scheduled(event: worker::ScheduledEvent, _env: Env, _context: worker::ScheduleContext) {
    match event.cron().as_str() {
        "5 * * * *" => worker::console_log!("hourly"),
        _ => worker::console_log!("daily"),
    }
}
