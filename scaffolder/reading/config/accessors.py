"""The accessors of the `worker` crate's `Env`, and the kinds of bindings that each can read.

Source: src/env.rs of the `worker` crate.

Not here: where the bindings stand in a wrangler file (`environments.py`).
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
"""What each accessor can read; one that is not here can read anything."""
