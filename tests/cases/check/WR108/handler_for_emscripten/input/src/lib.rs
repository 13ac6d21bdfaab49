use worker::*;

#[cfg(target_os = "emscripten")]
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, _env: Env, _context: ScheduleContext) {}
