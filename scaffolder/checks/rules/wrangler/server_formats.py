"""Texts that only the server parses: crons, and the names of buckets and of rate limits.

Not here: shapes that the schema covers (`schema.py`), and queues.
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.checks.semver import uses_known_wrangler
from scaffolder.core.findings import Finding
from scaffolder.reading.config import accepted_values
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Worker

IDS = (("kv_namespaces", "id"), ("d1_databases", "database_id"))
"""Ids that may be missing, since a deploy then creates the resource, but not empty."""


class WR120(Rule):
    """Crons, bucket names, rate limit namespaces and the ids of KV and D1 are well formed.

    Why: a dry run accepts any text as a cron or as the namespace of a rate limit, and the deploy fails; an invalid
    bucket name and the empty id of a KV namespace already fail the dry run, but that of a D1 database does not.

    Fix: write a cron as five fields, such as `0 6 * * MON`, with names for the days; a bucket name as 3 to 63 lowercase
    letters, digits and dashes; the namespace of a rate limit as a number, such as "1001"; and for KV or D1 the id that
    Cloudflare gave it.
    """

    name = "malformed-setting"
    wrong = {"wrangler.toml": '[triggers]\ncrons = ["0 6 * * 0"]\n'}
    right = {"wrangler.toml": '[triggers]\ncrons = ["0 6 * * SUN"]\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the texts that the server refuses."""
        if not uses_known_wrangler(worker):
            return
        for environment in worker.environments:
            yield from self._crons(environment)
            yield from self._buckets(environment)
            yield from self._limits(environment)
            yield from self._ids(environment)

    def _crons(self, environment: Environment) -> Iterator[Finding]:
        crons = environment.get("triggers", "crons")
        for number, cron in enumerate(crons if isinstance(crons, list) else ()):
            problem, fix = accepted_values.cron_problem(cron) if isinstance(cron, str) else ("", "")
            if problem:
                span = environment.at("triggers", "crons", number)
                yield self.found(span, f"the cron `{cron}` {problem}", fix=fix, environment=environment.name)

    def _buckets(self, environment: Environment) -> Iterator[Finding]:
        for path, table in environment.tables("r2_buckets"):
            for key in ("bucket_name", "preview_bucket_name"):
                name = table.get(key)
                if isinstance(name, str) and not accepted_values.BUCKET.fullmatch(name):
                    yield self.found(
                        environment.at(*path, key),
                        f"`{name}` is not a valid bucket name",
                        environment=environment.name,
                        fix="use 3 to 63 lowercase letters, digits and dashes, with no dash at either end",
                    )

    def _ids(self, environment: Environment) -> Iterator[Finding]:
        for table, key in IDS:
            for path, each in environment.tables(table):
                if isinstance(each.get(key), str) and not each[key].strip():
                    yield self.found(
                        environment.at(*path, key),
                        f"the {key} is empty",
                        environment=environment.name,
                        fix="write the id that Cloudflare gave it, or delete the line",
                    )

    def _limits(self, environment: Environment) -> Iterator[Finding]:
        for path, table in environment.tables("ratelimits"):
            number = table.get("namespace_id")
            if isinstance(number, str) and not accepted_values.is_rate_limit(number):
                yield self.found(
                    environment.at(*path, "namespace_id"),
                    f"the rate limit's namespace `{number}` is not a number",
                    fix='use a whole number, written as text: namespace_id = "1001"',
                    environment=environment.name,
                )
