"""The parts of the `worker` crate that edits write into Rust, with the version that first had each.

Rust that is written comes in forms, the newest first, each of which names the parts that it needs. A worker gets the
first form whose parts its version has, or a refusal that names the part that is missing.

Not here: the version that a worker is built with (`cargo_versions.py`), and the Rust (`kinds/`, `client_module.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from scaffolder.reading.config.cargo_versions import UsedVersion, used_version, version
from scaffolder.reading.project import Worker

PARTS = {
    # Read from the tags of github.com/cloudflare/workers-rs: the first one with it, and the file.
    "Env::var": ("0.0.6", "worker/src/env.rs"),
    "Env::secret": ("0.0.6", "worker/src/env.rs"),
    "Env::kv": ("0.0.6", "worker/src/env.rs"),
    "Env::durable_object": ("0.0.6", "worker/src/env.rs"),
    "kv": ("0.0.7", "worker/src/lib.rs"),
    "event(scheduled)": ("0.0.8", "worker-macros/src/event.rs"),
    "Secret": ("0.0.10", "worker/src/lib.rs"),
    "Env::dynamic_dispatcher": ("0.0.11", "worker/src/env.rs"),
    "Env::service": ("0.0.12", "worker/src/env.rs"),
    "Env::bucket": ("0.0.13", "worker/src/env.rs"),
    "feature queue": ("0.0.13", "worker/Cargo.toml"),
    "event(queue)": ("0.0.13", "worker-macros/src/event.rs"),
    "MessageBatch::iter": ("0.0.13", "worker/src/queue.rs"),
    "Env::queue": ("0.0.13", "worker/src/env.rs"),
    "Env::get_binding": ("0.0.17", "worker/src/env.rs"),
    "feature d1": ("0.0.18", "worker/Cargo.toml"),
    "Env::d1": ("0.0.18", "worker/src/env.rs"),
    "MessageBatch::raw_iter": ("0.0.24", "worker/src/queue.rs"),
    "Fetcher::into_rpc": ("0.2.0", "worker/src/fetcher.rs"),
    "EnvBinding": ("0.0.17", "worker/src/lib.rs"),
    "Hyperdrive": ("0.3.1", "worker/src/lib.rs"),
    "WorkerVersionMetadata": ("0.3.2", "worker/src/lib.rs"),
    "RateLimiter": ("0.4.1", "worker/src/lib.rs"),
    "Env::ai": ("0.5.0", "worker/src/env.rs"),
    "Env::assets": ("0.5.0", "worker/src/env.rs"),
    "Env::analytics_engine": ("0.6.0", "worker/src/env.rs"),
    "SqlStorage": ("0.6.0", "worker/src/sql.rs"),
    "Env::secret_store": ("0.6.1", "worker/src/env.rs"),
    "State::container": ("0.6.3", "worker/src/durable.rs"),
    "durable_object without a dependency on wasm-bindgen": ("0.6.4", "worker-macros/src/durable_object.rs"),
    "classes that survive a panic": ("0.6.7", "worker-build/src/js/shim.js"),
    "Env::rate_limiter": ("0.6.7", "worker/src/env.rs"),
    "KvStore": ("0.6.7", "worker/src/lib.rs"),
    "durable_object that imports nothing": ("0.7.0", "worker-macros/src/durable_object.rs"),
    "Env::send_email": ("0.8.2", "worker/src/env.rs"),
    "email": ("0.8.3", "worker/src/lib.rs"),
    "SendEmail": ("0.8.4", "worker/src/lib.rs"),
    "event(email)": ("0.8.4", "worker-macros/src/event.rs"),
}
"""Each part, the first version that has it, and the file of the repository that shows it."""


class HasNeeds(Protocol):
    """A form of Rust that needs parts of the `worker` crate."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The parts."""

    @property
    def until(self) -> str:
        """The first version in which it no longer compiles; empty if there is none."""


Form = TypeVar("Form", bound=HasNeeds)


@dataclass(frozen=True)
class RustText:
    """A text of Rust in one form.

    Args:
        text: The text.
        needs: The parts of the `worker` crate that it needs.
        until: The first version in which it no longer compiles; empty if there is none.
    """

    text: str
    needs: tuple[str, ...]
    until: str = ""


class TooOld(Exception):
    """The `worker` crate of a worker lacks what would have to be written.

    Args:
        part: What it lacks.
        used: The version.
    """

    def __init__(self, part: str, used: UsedVersion) -> None:
        super().__init__(part)
        self.part, self.used = part, used


def fitting(forms: Iterable[Form], worker: Worker) -> Form:
    """Return the newest form of some Rust that compiles with a worker's version of the `worker` crate.

    Raises:
        TooOld: None does.
    """
    tried = [(form, _lacking(form.needs, worker)) for form in forms if not _is_over(form, worker)]
    for form, lacking in tried:
        if lacking is None:
            return form
    raise cast("TooOld", tried[-1][1])


def require(part: str, worker: Worker) -> None:
    """Check that a worker's version of the `worker` crate has a part.

    Raises:
        TooOld: It has not.
    """
    if lacking := _lacking([part], worker):
        raise lacking


def _lacking(needs: Iterable[str], worker: Worker) -> TooOld | None:
    """Return the refusal of the part that came last of those that a version lacks; None if it lacks none."""
    lacking = []
    for part in needs:
        used = _used(worker, PARTS[part][1])
        if used is not None and version(PARTS[part][0]) > used.numbers:
            lacking.append(TooOld(part, used))
    return max(lacking, key=lambda each: version(PARTS[each.part][0]), default=None)


def _used(worker: Worker, source: str) -> UsedVersion | None:
    """Return the version of the package that has a part: attributes are in one that may be newer than `worker`."""
    found = used_version(worker, source.partition("/")[0])
    return found or used_version(worker, "worker")


def _is_over(form: HasNeeds, worker: Worker) -> bool:
    used = used_version(worker, "worker") if form.until else None
    return used is not None and used.numbers >= version(form.until)
