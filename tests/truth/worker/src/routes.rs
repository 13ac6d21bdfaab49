//! What each path answers.

use axum::extract::Path;
use axum::routing::get;
use tower_service::Service;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::{Date, Env, Queue, Request, Response, Result, Router, Stub};

pub async fn answer(request: Request, env: Env) -> Result<Response> {
    match request.path().as_str() {
        "/" => Response::ok("ready"),
        "/kv" => kv(&env).await,
        "/limit" => Response::ok(env.var("LIMIT")?.to_string()),
        "/token" => Response::ok(env.secret("TOKEN")?.to_string().len().to_string()),
        "/notes" => notes(&env).await,
        "/bucket" => books(&env).await,
        "/thread" => Response::ok(work()),
        "/now" => Response::ok(now().to_string()),
        "/registry" => registry(),
        "/count" => of(env.durable_object("COUNTERS")?.get_by_name("one")?).await,
        "/remind" => of(env.durable_object("REMINDERS")?.get_by_name("one")?).await,
        "/ring" => of(env.durable_object("BELLS")?.get_by_name("one")?).await,
        "/job" => send(env.queue("JOBS")?).await,
        "/letter" => send(env.queue("LETTERS")?).await,
        "/card" => send(env.queue("CARDS")?).await,
        path if path.starts_with("/axum/") => with_axum(request).await,
        _ => routed(request, env).await,
    }
}

async fn kv(env: &Env) -> Result<Response> {
    let notes = env.kv("NOTES")?;
    notes.put("a", "note")?.execute().await?;
    Response::ok(notes.get("a").text().await?.unwrap_or_default())
}

async fn notes(env: &Env) -> Result<Response> {
    let statement = env.d1("DB")?.prepare("SELECT title FROM notes");
    let rows = statement.all().await?.results::<serde_json::Value>()?;
    Response::ok(format!("{} notes", rows.len()))
}

async fn books(env: &Env) -> Result<Response> {
    env.d1("BOOKS")?;
    Response::ok("0 notes")
}

fn work() -> &'static str {
    "done"
}

fn now() -> u64 {
    Date::now().as_millis()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = FinalizationRegistry)]
    static REGISTRY: Option<JsValue>;
}

fn registry() -> Result<Response> {
    Response::ok(if REGISTRY.with(Option::is_some) { "there" } else { "gone" })
}

async fn of(object: Stub) -> Result<Response> {
    object.fetch_with_str("https://object/").await
}

async fn send(queue: Queue) -> Result<Response> {
    queue.send("a message").await?;
    Response::ok("sent")
}

async fn routed(request: Request, env: Env) -> Result<Response> {
    let router = Router::new().get("/routed/:id", |_request, context| {
        Response::ok(context.param("id").map_or("none", String::as_str))
    });
    router.run(request, env).await
}

async fn with_axum(request: Request) -> Result<Response> {
    let mut router = axum::Router::new()
        .route("/axum/{id}", get(|Path(id): Path<String>| async move { id }));
    let Ok(answer) = router.call(request.try_into()?).await;
    answer.try_into()
}
