"""Tests that need what is not there: bindings that are always remote, and the options of another Miniflare.

Not here: bindings that are remote by choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.catalogue import manifests
from scaffolder.checks.rule import Rule
from scaffolder.checks.semver import uses_known_wrangler
from scaffolder.checks.workflow_tokens import may_reach_tests
from scaffolder.core.findings import Finding, Span
from scaffolder.reading.config.document import Key
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.object_literals import Entry, code, elements, keys
from scaffolder.reading.project import Worker
from scaffolder.reading.releases import numbers
from scaffolder.reading.source import Source
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

    Not checked: tests that mention the binding's name, choose an environment, or are run with a token by a script or by
    a step of a GitHub workflow; tests run by other tools; and bindings that are remote by choice.
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
    if worker.package and TOKEN in worker.package.source.text:
        return True
    found = worker.package.get("scripts") if worker.package else None
    scripts = found if isinstance(found, dict) else {}
    flows = (worker.project / ".github" / "workflows").glob("*.y*ml")
    return any(may_reach_tests(searchable(path), TOKEN, scripts) for path in flows)


NESTED = 5
"""The first version of Miniflare whose workers are a list, each with its settings under `config`."""

FLAT = re.compile(
    r"ai|analyticsEngineDatasets|assets|bindings|browserRendering|cacheAPI|cachePersist|compatibilityDate"
    r"|compatibilityFlags|crons|cronTriggers|d1Databases|d1Persist|dataBlobBindings|defaultPersistRoot"
    r"|dispatchNamespaces|durableObjects|durableObjectsPersist|email|fetchMock|hyperdrives|images|kvNamespaces"
    r"|kvPersist|liveReload|mTLSCertificates|modules|modulesRoot|modulesRules|mtlsCertificates|name"
    r"|outboundService|pipelines|queueConsumers|queueProducers|r2Buckets|r2Persist|ratelimits|rootPath|routes"
    r"|script|scriptPath|secretsStoreSecrets|serviceBindings|siteExclude|siteInclude|sitePath|tails"
    r"|textBlobBindings|unsafeEphemeralDurableObjects|unsafeEvalBinding|vectorize|versionMetadata|wasmBindings"
    r"|workerLoaders|workflows|zone"
)
"""The options of a worker in Miniflare 4, which Miniflare 5 takes neither at the top nor in the list of workers."""

PACKAGE = '{\n  "devDependencies": { "miniflare": "5.20261117.0-beta" }\n}\n'
STARTED = """\
import {{ Miniflare{} }} from "miniflare";

const miniflare = new Miniflare({});
"""
OPTIONS = '{ modules: true, scriptPath: "build/index.js", compatibilityDate: "2026-11-17" }'


class WR127(Rule):
    """Tests give Miniflare 5 its workers as a list, each with its settings under `config`.

    Why: Miniflare 5 refuses the flat options of Miniflare 4 ("Unexpected options passed to `new Miniflare()`
    constructor"), so that no test starts.

    Fix: pass them through `convertV4MiniflareOptions`, or write `workers: [{ config: { ... } }]`.

    Not checked: options that are not written in the call or in a constant of the same file, and a Miniflare whose
    version neither package.json nor a lock file gives.
    """

    name = "flat-miniflare-options"
    wrong = {"package.json": PACKAGE, "tests/worker.test.mjs": STARTED.format("", OPTIONS)}
    right = {
        "package.json": PACKAGE,
        "tests/worker.test.mjs": STARTED.format(", convertV4MiniflareOptions", f"convertV4MiniflareOptions({OPTIONS})"),
    }

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the first flat option of each call."""
        scripts = [script for script in worker.test_scripts if b"new Miniflare(" in script.content]
        if scripts and _version(worker) >= (NESTED,):
            for script in scripts:
                for key in _flat(script.text):
                    span = _span(script, key)
                    message = f"Miniflare {NESTED} does not take `{key.name}` here"
                    yield self.found(span, message)


def _flat(text: str) -> Iterator[Entry]:
    """Yield the first flat option of each call of the constructor."""
    for call in re.finditer(r"\bnew Miniflare\(\s*(?:([\w$]+)\s*\))?", code(text)):
        at = _defined(text, call[1]) if call[1] else call.end()
        listed = list(keys(text, at)) if at is not None else []
        found = [key for key in listed if FLAT.fullmatch(key.name)]
        for workers in (key for key in listed if key.name == "workers"):
            found += [
                key
                for element in elements(text, workers.value)
                for key in keys(text, element)
                if FLAT.fullmatch(key.name)
            ]
        yield from found[:1]


def _defined(text: str, name: str) -> int | None:
    """Return the offset of the object that the only constant of a name is defined as."""
    found = list(re.finditer(rf"\bconst {re.escape(name)}\s*(?::[^=\n]*)?=\s*(?={{)", code(text)))
    return found[0].end() if len(found) == 1 else None


def _span(script: Source, key: Entry) -> Span:
    start = len(script.text[: key.start].encode())
    return script.span(start, start + len(key.name.encode()))


def _version(worker: Worker) -> tuple[int, ...]:
    """Return the version of Miniflare: the locked one, the required one, or that of the pinned wrangler."""
    for folder in dict.fromkeys((worker.folder, worker.project)):
        text = searchable(folder / "package-lock.json") + searchable(folder / "npm-shrinkwrap.json")
        locked = re.search(r'"node_modules/miniflare":\s*\{\s*"version":\s*"([^"]+)"', text)
        text += (
            searchable(folder / "pnpm-lock.yaml") + searchable(folder / "yarn.lock") + searchable(folder / "bun.lock")
        )
        locked = locked or re.search(r"\bminiflare@(?:npm:)?(\d[\w.-]*)", text)
        if locked:
            return numbers(locked[1])
    tables = [worker.package.get(table) for table in ("devDependencies", "dependencies")] if worker.package else []
    required = {name: str(value) for table in tables if isinstance(table, dict) for name, value in table.items()}
    if "miniflare" in required:
        return numbers(required["miniflare"])
    is_pinned = numbers(required.get("wrangler", "")) >= numbers(manifests.pins().wrangler_version)
    return (NESTED,) if is_pinned else ()
