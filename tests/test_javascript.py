"""The JavaScript in front of a build: what it exports for certain, and which events reach the Rust through it."""

from __future__ import annotations

import pytest

from scaffolder.reading.javascript.default_export import Reach, reach
from scaffolder.reading.javascript.entry_module import EntryModule
from scaffolder.reading.javascript.script import Script
from scaffolder.reading.source import Source

BUILT = 'import Built, * as all from "../build/worker/shim.mjs";\n'


def module_of(text: str) -> EntryModule:
    return EntryModule(Script(Source("src/entry.ts", text.encode())))


@pytest.mark.parametrize(
    ("text", "is_exported"),
    [
        ('export * from "../build/worker/shim.mjs";', True),
        ("export*from'../build/index.js'", True),
        ('export { Counter } from "../build/worker/shim.mjs";', True),
        ('export { Inner as Counter } from "../build/worker/shim.mjs";', True),
        ('export { Counter as Outer } from "../build/worker/shim.mjs";', False),
        ('import { Counter } from "../build/index.js";\nexport { Counter };', True),
        ('import { Counter } from "../build/index.js";', False),
        ("export class Counter {}", True),
        ("export abstract class Counter {}", True),
        ("class Counter {}\nexport { Counter, };", True),
        ('import * as all from "../build/index.js";\nexport const { Counter } = all;', True),
        ("export const { Inner: Counter } = all;", True),
        ('// export { Counter } from "../build/index.js";', False),
        ('/* export * from "../build/index.js"; */', False),
        ("const text = `\nexport { Counter };\n`;", False),
        ('const text = "export { Counter }";', False),
        ("function inner() {\n  const Counter = 1;\n}", False),
        ('export * from "./others";', None),
        ('export * as Counter from "./others";', True),
        ("const quote = /[\"'`{]/;\nexport class Counter {}", True),
        ("const half = 4 / 2; const text = 'a/b';\nexport class Counter {}", True),
        ("broken({", None),
    ],
)
def test_a_name_is_exported_only_if_that_is_certain(text: str, *, is_exported: bool | None) -> None:
    assert module_of(text).is_exported("Counter") is is_exported


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('export { default } from "../build/worker/shim.mjs";', Reach.BUILD),
        ('import { default as Rust } from "../build/index.js";\nexport { Rust as default };', Reach.BUILD),
        (BUILT + "export default Built;", Reach.BUILD),
        (BUILT + "export default Built satisfies ExportedHandler<Env>", Reach.BUILD),
        (BUILT + "export default all.default\n", Reach.BUILD),
        (BUILT + "export default class extends Built {}", Reach.BUILD),
        (BUILT + "export default class extends all.default {}", Reach.BUILD),
        (BUILT + "export default all;", Reach.UNKNOWN),
        (BUILT + "export default class extends Built { queue(batch) {} }", Reach.OWN),
        (BUILT + "export default { fetch() {}, async queue(batch, env) {} };", Reach.OWN),
        (BUILT + "export default { 'queue': (batch) => {} };", Reach.OWN),
        (BUILT + "const queue = 1;\nexport default { queue };", Reach.OWN),
        (BUILT + "const handlers: ExportedHandler = { queue };\nexport default handlers;", Reach.OWN),
        (BUILT + "export default { fetch() { return queue(1); } };", Reach.NOWHERE),
        (BUILT + "export default { /* queue() {} */ fetch };", Reach.NOWHERE),
        (
            BUILT + "class Notes extends WorkerEntrypoint { fetch() { this.queue(); } }\nexport default Notes;",
            Reach.NOWHERE,
        ),
        ('export * from "../build/worker/shim.mjs";', Reach.NOWHERE),
        (BUILT + "export default { ...Built, fetch };", Reach.UNKNOWN),
        (BUILT + "export default { [name]: 1 };", Reach.UNKNOWN),
        (BUILT + "export default wrapped(Built);", Reach.UNKNOWN),
        ('export { default } from "./other";', Reach.UNKNOWN),
        ('import other from "./other";\nexport default other;', Reach.UNKNOWN),
        (BUILT + "export default class extends Other { fetch() {} }", Reach.UNKNOWN),
        ("export default {", Reach.UNKNOWN),
    ],
)
def test_an_event_reaches_the_build_only_if_that_is_certain(text: str, where: Reach) -> None:
    assert reach(module_of(text), "queue") is where
