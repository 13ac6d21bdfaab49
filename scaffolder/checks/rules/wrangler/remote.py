"""Bindings that are always remote, because nothing simulates them locally.

Not here: bindings that are remote by choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.checks.semver import uses_known_wrangler
from scaffolder.core.findings import Finding
from scaffolder.reading.config.document import Key
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker
from scaffolder.system.untrusted_files import searchable

ALWAYS = ("agent_memory", "ai", "ai_search", "ai_search_namespaces", "k2", "media", "vpc_networks", "vpc_services")
"""The keys whose bindings the dev server always connects to remotely."""

TOKEN = "CLOUDFLARE_API_TOKEN"  # noqa: S105 - the name of one

AI = 'name = "notes"\n\n[ai]\nbinding = "AI"\n'
TEST = """\
import {{ createTestHarness }} from "wrangler";

const server = createTestHarness({{ workers: [{}] }});
"""


class WR125(Rule):
    """A binding that is always remote is replaced in the tests.

    Why: Workers AI and similar services have no local simulator: a test harness that loads this wrangler file asks for
    a login on startup, and every test fails on a machine without one.

    Fix: give the harness a stub worker instead, with `bindingOverrides: { AI: "stub" }` next to `configPath`.

    Not checked: tests that mention the binding's name, choose an environment or receive a token; tests run by other
    tools; and bindings that are remote by choice.
    """

    name = "remote-binding-in-tests"
    wrong = {"wrangler.toml": AI, "tests/worker.test.mjs": TEST.format('{ configPath: "./wrangler.toml" }')}
    right = {
        "wrangler.toml": AI,
        "tests/worker.test.mjs": TEST.format(
            '\n  { configPath: "./wrangler.toml", bindingOverrides: { AI: "stub" } },'
            '\n  { config: { name: "stub", main: "tests/stub.mjs", compatibility_date: "2026-11-17" } },\n'
        ),
    }

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the always remote bindings that a test would connect to."""
        if not uses_known_wrangler(worker):
            return
        # A harness that names no environment starts the top level.
        environment = Environment(worker.config)
        for path, name in _remote(environment):
            if _is_started(worker, name):
                yield self.found(
                    environment.at(*path),
                    f"the tests load `{name}`, which is always remote",
                    fix=f'replace it next to configPath: bindingOverrides: {{ {name}: "stub" }}',
                )


def _remote(environment: Environment) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Yield the path and the name of each binding that is always remote."""
    for key in ALWAYS:
        single = environment.get(key)
        listed = [((key,), single)] if isinstance(single, dict) else list(environment.tables(key))
        for path, table in listed:
            if isinstance(table.get("binding"), str):
                yield (*path, "binding"), table["binding"]


def _is_started(worker: Worker, name: str) -> bool:
    """Return whether a test certainly starts the worker from its wrangler file, without replacing the binding."""
    texts = [script.text for script in worker.test_scripts]
    file = re.escape(worker.config.file)
    loaded = re.compile(rf"createTestHarness\b[\s\S]*\bconfigPath:\s*[\"'](?:\./)?{file}[\"']")
    if any(re.search(rf"\b{re.escape(name)}\b|\benv:|{TOKEN}", text) for text in texts) or _has_token(worker):
        return False
    return any(loaded.search(text) for text in texts)


def _has_token(worker: Worker) -> bool:
    """Return whether a workflow or a script may run the tests with a token."""
    flows = (worker.project / ".github" / "workflows").glob("*.y*ml")
    texts = [searchable(path) for path in flows]
    texts += [worker.package.source.text] if worker.package else []
    return any(TOKEN in text for text in texts)
