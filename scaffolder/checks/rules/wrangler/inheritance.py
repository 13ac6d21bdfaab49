"""Environments: the keys that they do not inherit.

Not here: the values of these keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.config.environments import NOT_INHERITED, environments
from scaffolder.reading.project import Worker

TOP = '[[kv_namespaces]]\nbinding = "NOTES"\n\n[env.staging]\nworkers_dev = true\n'


class WR118(Rule):
    """Every environment repeats the bindings and variables of the top level.

    Why: environments do not inherit bindings and variables; the environment is deployed without them, with a warning
    and exit code 0, and every request that needs one fails.

    Fix: repeat the table under the environment, or add an empty one if the environment should have none.
    """

    name = "binding-not-inherited"
    wrong = {"wrangler.toml": TOP}
    right = {"wrangler.toml": f'{TOP}\n[[env.staging.kv_namespaces]]\nbinding = "NOTES"\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the keys of the top level that an environment lacks."""
        top, *named = environments(worker.config)
        for key in top.config:
            for environment in named:
                if key in NOT_INHERITED and top.config[key] and key not in environment.own:
                    yield self.found(
                        worker.config.key("env", environment.name),
                        f"this environment does not repeat `{key}` from the top level",
                        fix=f"repeat it as env.{environment.name}.{key}",
                        environment=environment.name,
                    )
