"""The accessors of the `worker` crate's `Env`, and the kinds of bindings that each can read.

Source: src/env.rs of the `worker` crate.

Not here: the bindings of a wrangler file (`environments.py`).
"""

FETCHERS = {"service", "assets", "mtls", "browser"}
TEXTS = {"var", "secret"}

ACCESSORS = {
    "ai": {"ai"},
    "analytics_engine": {"analytics"},
    "assets": FETCHERS,
    "bucket": {"r2"},
    "d1": {"d1"},
    "durable_object": {"durable-object"},
    "dynamic_dispatcher": {"dispatch"},
    "hyperdrive": {"hyperdrive"},
    "kv": {"kv"},
    "queue": {"queue"},
    "rate_limiter": {"ratelimit"},
    "secret": TEXTS,
    "secret_store": {"secret-store"},
    "send_email": {"send-email"},
    "service": FETCHERS,
    "var": TEXTS,
}
"""The kinds that each accessor can read; one that is not listed can read any."""
