"""How Rust reads the bindings whose accessor or type differs between versions of the `worker` crate.

Not here: accessors that never changed, which are in the row of their kind (`kinds/`).
"""

from __future__ import annotations

from scaffolder.editing.rust.binding_field import Accessor

STAND_IN = "`None` in local development, where the simulator's class is unknown to the worker crate."
"""Of what `Env` refuses in workerd, because it compares the name of the class: miniflare's are objects or fetchers."""

KV = Accessor(
    "worker::KvStore",
    "env.kv({})?",
    needs=("KvStore",),
    older=Accessor("worker::kv::KvStore", "env.kv({})?", needs=("kv", "Env::kv")),
)

RATE_LIMITER = Accessor(
    "worker::RateLimiter",
    "env.rate_limiter({})?",
    needs=("Env::rate_limiter",),
    older=Accessor("worker::RateLimiter", "env.get_binding({})?", needs=("Env::get_binding", "RateLimiter")),
)

ANALYTICS_ENGINE = Accessor(
    "worker::AnalyticsEngineDataset", "env.analytics_engine({})?", needs=("Env::analytics_engine",)
)

ASSETS = Accessor(
    "worker::Fetcher",
    "env.assets({})?",
    needs=("Env::assets",),
    older=Accessor("worker::Fetcher", "env.service({})?", needs=("Env::service",)),
)
"""How Rust reads assets that are bound, which is no part of an `add`."""


def _mailer(type_: str, *needs: str, older: Accessor | None = None) -> Accessor:
    return Accessor(f"worker::{type_}", "env.send_email({})?", needs=needs, older=older)


MAILER = _mailer(
    "SendEmail",
    "SendEmail",
    # One release had it in a module alone, and the one before had no such module.
    older=_mailer("email::SendEmail", "email", older=_mailer("SendEmail", "Env::send_email")),
)
