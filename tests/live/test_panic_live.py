"""A project whose panics unwind: got, built and proven, and a panic that fails one request alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .conftest import Scaffold

START = "    let (method, path) = (request.method(), request.path());\n"
ROUTES = """\
    match request.path().as_str() {
        "/panic" => panic!("on purpose"),
        "/wait" => {
            WAITS.store(true, Relaxed);
            while WAITS.load(Relaxed) {
                worker::Delay::from(std::time::Duration::from_millis(10)).await;
            }
            return Response::ok("waited");
        }
        "/waits" => return Response::ok(WAITS.load(Relaxed).to_string()),
        "/release" => {
            WAITS.store(false, Relaxed);
            return Response::ok("released");
        }
        _ => {}
    }
"""
"""A request that waits until another one releases it, and one that panics."""

STATE = """

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
static WAITS: AtomicBool = AtomicBool::new(false);
"""

TEST = """\
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestHarness } from "wrangler";

test("a panic fails its own request, not the one in flight and not the next", { timeout: 60_000 }, async (t) => {
  const server = createTestHarness({ workers: [{ configPath: "./wrangler.toml" }] });
  t.after(() => server.close());
  const { url } = await server.listen();
  const ask = async (path) => {
    const response = await fetch(new URL(path, url));
    const text = await response.text();
    return response.ok ? text : response.status;
  };

  const inFlight = ask("/wait");
  while ((await ask("/waits")) !== "true");
  assert.equal(await ask("/panic"), 500);
  assert.equal(await ask("/panic"), 500);
  assert.equal(await ask("/"), "Hello, World!\\n");
  assert.equal(await ask("/release"), "released");
  assert.equal(await inFlight, "waited");
});
"""


def test_a_project_whose_panics_unwind_is_proven_and_a_panic_fails_one_request_alone(
    scaffold: Scaffold, make: Callable[..., Path]
) -> None:
    assert scaffold("setup", "--for", "panic-unwind").code == 0
    project = make("hello", "unwinding", panic_unwind=True)

    as_it_is = proven(scaffold, project)
    panics_where_it_is_asked_to(project)
    panicking = proven(scaffold, project)

    assert passed(panicking) == f"{int(passed(as_it_is).split()[0]) + 1} passed"


def panics_where_it_is_asked_to(project: Path) -> None:
    source = project / "src" / "lib.rs"
    text = source.read_text(encoding="utf-8")
    assert text.count(START) == 1
    source.write_text(text.replace(START, ROUTES + START) + STATE, encoding="utf-8")
    (project / "tests" / "panic.test.mjs").write_text(TEST, encoding="utf-8")


def proven(scaffold: Scaffold, project: Path) -> dict[str, Any]:
    outcome = scaffold("validate", project)
    assert outcome.code == 0, outcome.err
    proof: dict[str, Any]
    (proof,) = outcome.document["proofs"]
    assert proof["verdict"] == "proven"
    return proof


def passed(proof: dict[str, Any]) -> str:
    return next(str(step["summary"]) for step in proof["steps"] if step["name"] == "worker-tests")
