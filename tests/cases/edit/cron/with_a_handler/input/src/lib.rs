use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

mod bindings;

#[event(fetch)]
async fn fetch(_request: Request, env: Env, _context: Context) -> Result<Response> {
    Response::ok(bindings::Bindings::new(&env)?.title)
}

#[event(scheduled)]
async fn at(_event: ScheduledEvent, _env: Env, _context: ScheduleContext) {}
