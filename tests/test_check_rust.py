"""Reading Rust: the facts that are found, and those that are rightly left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffolder.reading.rust.cfg import holds

from .check import crate_of, worker_of, write

HANDLER = "async fn f(_: Request, env: Env, _: Context) -> Result<Response> { todo!() }\n"


def names(folder: Path, rust: str, **others: str) -> list[tuple[str, str | None]]:
    return [(use.accessor, use.name) for use in crate_of(folder, rust, **others).binding_uses if use.is_sure]


# --- files ---------------------------------------------------------------------------------


def test_modules_are_followed_and_other_files_are_not_read(tmp_path: Path) -> None:
    rust = 'mod a;\nmod b { mod c; }\n#[path = "elsewhere.rs"] mod d;\n#[cfg(test)] mod t;\n'
    others = {"a": "mod deep;", "a/deep": "", "b/c": "", "elsewhere": "mod x;", "x": "", "t": "", "unused": ""}

    crate = crate_of(tmp_path, rust, **others)

    stems = {source.file for source in crate.sources}
    assert stems == {f"src/{stem}.rs" for stem in ("lib", "a", "a/deep", "b/c", "elsewhere", "x")}


def test_a_crate_beside_it_is_read_with_its_durable_objects(tmp_path: Path) -> None:
    beside = '[package]\nname = "rooms"\nversion = "0.1.0"\n'
    cargo = '[package]\nname = "notes"\nversion = "0.1.0"\n[dependencies]\nrooms = { path = "rooms" }\n'
    write(tmp_path, {"rooms/Cargo.toml": beside, "rooms/src/lib.rs": "#[durable_object]\npub struct Room;\n"})

    worker = worker_of(tmp_path, {"Cargo.toml": cargo})

    assert [found.name for crate in worker.crates for found in crate.durable_objects] == ["Room"]


@pytest.mark.parametrize(
    "rust",
    ["fn f( {", 'cfg_if! { if #[cfg(feature = "x")] { mod x; } }', 'include!(concat!(env!("OUT_DIR"), "/x.rs"));'],
)
def test_a_crate_that_could_not_be_analyzed_is_not_complete(tmp_path: Path, rust: str) -> None:
    assert not crate_of(tmp_path, rust).is_complete


def test_a_syntax_error_is_harmless_where_no_handler_can_be(tmp_path: Path) -> None:
    rust = "extern \"C\" {\n    #[derive(Debug)]\n    pub type Queue;\n}\ntype F<'a> = Rc<dyn 'a + Fn(u8) -> u8>;\n"

    assert crate_of(tmp_path, rust).is_complete


def test_a_member_has_the_lock_and_the_dependencies_of_its_workspace(tmp_path: Path) -> None:
    root = '[workspace]\nmembers = ["*"]\n[workspace.dependencies]\nrooms = { path = "rooms" }\n'
    rooms = '[package]\nname = "rooms"\nversion = "0.1.0"\n'
    cargo = '[package]\nname = "notes"\nversion = "0.1.0"\n[dependencies]\nrooms.workspace = true\n'
    write(tmp_path, {"Cargo.toml": root, "Cargo.lock": '[[package]]\nname = "worker"\nversion = "0.9.0"\n'})
    write(tmp_path / "rooms", {"Cargo.toml": rooms, "src/lib.rs": "#[durable_object]\npub struct Room;\n"})

    worker = worker_of(tmp_path / "notes", {"Cargo.toml": cargo})

    assert worker.lock is not None
    assert worker.lock.versions == {"worker": ("0.9.0",)}
    assert [found.name for crate in worker.crates for found in crate.durable_objects] == ["Room"]


# --- entry points -------------------------------------------------------------------------


def test_handlers_have_their_kind_arguments_and_parameters(tmp_path: Path) -> None:
    (found,) = crate_of(tmp_path, f"use worker::*;\n\n#[event(fetch, respond_with_errors)]\n{HANDLER}").handlers

    assert (found.kind, found.arguments, found.name) == ("fetch", ("respond_with_errors",), "f")
    assert found.parameters == ("Request", "Env", "Context")
    assert (found.span.line, found.span.column) == (3, 1)


@pytest.mark.parametrize(
    "before",
    ["#[worker::event(start)]", "use worker::event as on;\n#[on(start)]", "#[cfg_attr(not(test), event(start))]"],
)
def test_a_handler_is_found_by_any_name_of_its_attribute(tmp_path: Path, before: str) -> None:
    assert [found.kind for found in crate_of(tmp_path, f"{before}\nfn f() {{}}\n").handlers] == ["start"]


def test_code_under_a_cfg_is_marked_or_left_out_if_no_worker_compiles_it(tmp_path: Path) -> None:
    rust = (
        '#[cfg(feature = "jobs")]\n#[event(queue)]\nasync fn q() {}\n'
        '#[cfg(not(target_arch = "wasm32"))]\n#[event(scheduled)]\nasync fn s() {}\n'
        "#[cfg(test)]\nmod tests {\n#[event(start)]\nfn t() {}\n}\n"
    )

    found = crate_of(tmp_path, rust).handlers

    assert [(each.kind, each.condition) for each in found] == [("queue", 'feature = "jobs"')]


def test_a_durable_object_has_the_methods_of_its_impl_in_any_file(tmp_path: Path) -> None:
    rust = "mod room;\n#[durable_object(alarm)]\n#[derive(Debug)]\npub struct Room { state: State }\n"
    impl = "impl worker::DurableObject for crate::Room { fn new() {} async fn fetch() {} async fn alarm() {} }"

    (found,) = crate_of(tmp_path, rust, room=impl).durable_objects

    assert (found.name, found.argument, found.methods) == ("Room", "alarm", ("new", "fetch", "alarm"))


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("test", False),
        ("not(test)", True),
        ('all(test, feature = "x")', False),
        ('any(test, feature = "x")', None),
        ('target_os = "emscripten"', None),
        ("unix", None),
        ('not(target_family = "unix")', None),
        ('target_arch = "wasm32"', True),
        ('target_os = "linux"', False),
        ('not(feature = "x")', None),
        ('all(not(test), target_family = "wasm")', True),
    ],
)
def test_a_cfg_is_evaluated_for_a_worker(condition: str, answer: object) -> None:
    assert holds(condition) is answer


# --- bindings ------------------------------------------------------------------------------


def test_a_binding_is_found_by_its_literal_and_by_constants(tmp_path: Path) -> None:
    rust = """
mod names;
use names::DB as DATABASE;
const NOTES: &str = "NOTES";
const SAME: &str = NOTES;
struct Keys;
impl Keys { const QUEUE: &'static str = "JOBS"; }
fn f(env: &Env) {
    env.kv("PLAIN"); env.kv(SAME); env.d1(DATABASE); env.queue(Keys::QUEUE); env.bucket(names::FILES); env.var(unknown);
}
"""
    others = 'pub static DB: &str = "DB";\npub const FILES: &str = "FILES";\npub const QUEUE: &str = "OTHER";\n'

    found = names(tmp_path, rust, names=others)

    assert found == [
        ("kv", "PLAIN"),
        ("kv", "NOTES"),
        ("d1", "DB"),
        ("queue", "JOBS"),
        ("bucket", "FILES"),
        ("var", None),
    ]


@pytest.mark.parametrize(
    "rust",
    [
        'fn f(e: &Env) { e.kv("A"); }',
        'use worker::Env as Place; fn f(e: std::rc::Rc<Place>) { e.kv("A"); }',
        'fn f(&self) { self.env.kv("A"); }',
        'fn f(&self) { self.env().kv("A"); }',
        'fn f() { router.get("/", |_, ctx| ctx.kv("A")); }',
        'async fn f(State(env): State<Env>) { env.kv("A"); }',
        'fn f(ctx: RouteContext<()>) { ctx.kv("A"); }',
        'fn f(env: Env) { console_log!("{}", env.kv("A").unwrap()); }',
        'fn f(env: Env) { Env::kv(&env, "A"); }',
    ],
)
def test_an_env_is_known_by_its_type_or_its_name(tmp_path: Path, rust: str) -> None:
    assert names(tmp_path, rust) == [("kv", "A")]


@pytest.mark.parametrize(
    "rust",
    [
        'fn f(env: &Environment) { env.kv("A"); }',
        'fn f(client: Client) { client.bucket("A"); }',
        "fn f(batch: MessageBatch<u8>) { batch.queue(); }",
        'fn f() { std::env::var("A"); env::var("A"); }',
        '#[test]\nfn f(env: Env) { env.kv("A"); }',
    ],
)
def test_a_receiver_that_is_no_env_is_not_certain(tmp_path: Path, rust: str) -> None:
    assert names(tmp_path, rust) == []


def test_a_constant_of_two_values_is_not_known_without_its_module(tmp_path: Path) -> None:
    rust = "mod a; mod b;\nuse a::*;\nfn f(env: Env) { env.kv(NAME); env.kv(b::NAME); }"

    found = names(tmp_path, rust, a='pub const NAME: &str = "A";', b='pub const NAME: &str = "B";')

    assert found == [("kv", None), ("kv", "B")]


# --- other facts ---------------------------------------------------------------------------


def test_routes_have_their_router(tmp_path: Path) -> None:
    rust = """
fn a() { axum::Router::new().route("/a/{id}", get(x)).nest("/b", y); }
fn w() { worker::Router::new().get("/w/:id", x).post_async("/p", y); }
fn n() { map.get("/not"); map.get("/not", 1); }
"""
    found = crate_of(tmp_path, rust).routes

    assert [(route.path, route.router) for route in found] == [
        ("/a/{id}", "axum"),
        ("/b", "axum"),
        ("/w/:id", "worker"),
        ("/p", "worker"),
        ("/not", ""),
    ]


def test_the_standard_library_is_known_by_its_full_path(tmp_path: Path) -> None:
    rust = "use std::{fs, time::{Duration, Instant}};\nfn f() { fs::read(p); std::thread::spawn(g); time::x(); }"

    found = [use.path for use in crate_of(tmp_path, rust).path_uses]

    assert found == ["std::fs", "std::time::Duration", "std::time::Instant", "std::fs::read", "std::thread::spawn"]


def test_messages_queues_and_sql_are_found(tmp_path: Path) -> None:
    rust = """
const DEAD: &str = "dead";
impl Room { fn new(state: State) { state.storage().sql(); } }
fn f(batch: MessageBatch<u8>) {
    match batch.queue().as_str() { "jobs" | DEAD => {} _ => {} }
    if batch.queue() == "more" { message.ack(); message.retry(); }
    batch.retry_all();
}
"""
    crate = crate_of(tmp_path, rust)

    assert [use.owner for use in crate.sql_uses] == ["Room"]
    assert [found.name for found in crate.queue_names] == ["jobs", "dead", "more"]
    ack, retry, all_ = crate.message_calls
    assert (ack.method, retry.method, all_.method) == ("ack", "retry", "retry_all")
    assert ack.block == retry.block != all_.block
