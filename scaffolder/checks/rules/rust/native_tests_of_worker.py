"""Tests in Rust that need a JavaScript runtime, and are run without one.

Not here: tests in JavaScript (`remote.py`, `miniflare_options.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.build_commands import cargo_configs, project_commands
from scaffolder.reading.project import Worker

TESTED = """\
use worker::*;

pub fn greeting(name: &str) -> String {{
    format!("hello {{name}}")
}}

#[cfg(test)]
mod tests {{
    use super::*;

    #[test]
    fn it_greets() {{
        {}
    }}
}}
"""

ON_WASM = re.compile(r"wasm-pack\s+test|wasm-bindgen-test-runner|cargo\s+test[^\n]*wasm32")
"""Commands and settings by which tests are run on wasm."""


class RS215(Rule):
    """Native tests call nothing that needs a JavaScript runtime.

    Why: `Response`, `Headers`, `Request` and `Date` of the worker crate are objects of JavaScript: a test that `cargo
    test` runs natively compiles, and panics with "cannot call wasm-bindgen imported functions on non-wasm targets".

    Fix: move what is tested into a function without these types, or send a request to the running worker.

    Not checked: calls that a test reaches through another function; and tests that are run on wasm.
    """

    name = "native-test-of-worker-types"
    wrong = {"src/lib.rs": TESTED.format('assert_eq!(Response::ok("hello").unwrap().status_code(), 200);')}
    right = {"src/lib.rs": TESTED.format('assert_eq!(greeting("Ada"), "hello Ada");')}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the first call in each test that panics there."""
        if worker.cargo is None or not worker.cargo.named("worker"):
            return
        calls = [call for each in (worker.crate, *worker.tests) for call in each.native_calls]
        texts = [project_commands(worker), *(text for _, text in cargo_configs(worker))] if calls else []
        if any(ON_WASM.search(text) or re.search(r"(?m)^\s*target\s*=\s*.*wasm32", text) for text in texts):
            return
        for call in calls:
            yield self.found(call.span, f"{call.path} panics in a test that is run natively")
