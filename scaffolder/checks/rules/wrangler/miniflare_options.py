"""Tests that start Miniflare themselves: the form of its options.

Not here: tests that start a worker from its wrangler file (`remote.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.catalogue import manifests
from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding, Span
from scaffolder.reading.object_literals import Key, code, elements, keys
from scaffolder.reading.project import Worker
from scaffolder.reading.releases import numbers
from scaffolder.reading.source import Source
from scaffolder.system.untrusted_files import searchable

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
TEST = """\
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
    wrong = {"package.json": PACKAGE, "tests/worker.test.mjs": TEST.format("", OPTIONS)}
    right = {
        "package.json": PACKAGE,
        "tests/worker.test.mjs": TEST.format(", convertV4MiniflareOptions", f"convertV4MiniflareOptions({OPTIONS})"),
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


def _flat(text: str) -> Iterator[Key]:
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


def _span(script: Source, key: Key) -> Span:
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
