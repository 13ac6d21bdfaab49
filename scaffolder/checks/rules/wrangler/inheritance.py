"""Environments: the keys that they do not inherit.

Not here: the values of these keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.reading.build_commands import project_commands
from scaffolder.reading.config.environments import NOT_INHERITED, Environment, environments
from scaffolder.reading.project import Worker

TOP = '[[kv_namespaces]]\nbinding = "NOTES"\n\n[env.staging]\nworkers_dev = true\n'

SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD|CREDENTIAL")
"""In the name of a variable that may be a secret in another environment."""


class WR118(Rule):
    """Every environment repeats the bindings and variables of the top level.

    Why: environments do not inherit bindings and variables; the environment is deployed without them, with a warning
    and exit code 0, and every request that needs one fails.

    Fix: repeat the table under the environment, or add an empty one if the environment should have none; in a table of
    variables, repeat those that Rust reads.

    Not checked: variables with `keep_vars`, those that Rust can go without, and those that may be a secret elsewhere.
    """

    name = "binding-not-inherited"
    wrong = {"wrangler.toml": TOP}
    right = {"wrangler.toml": f'{TOP}\n[[env.staging.kv_namespaces]]\nbinding = "NOTES"\n'}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the keys of the top level that an environment lacks, and the variables that its own table lacks."""
        yield from self._variables(worker)
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

    def _variables(self, worker: Worker) -> Iterator[Finding]:
        listed = environments(worker.config)
        known = {name for each in listed for name in _variables_of(each)}
        read = known & set(_read(worker))
        given = set(re.findall(r"--var[= ]+[\"']?(\w+):", project_commands(worker))) if read else set()
        for environment in listed[1:] if worker.config.get("keep_vars") is not True else ():
            own = {bound.name for bound in environment.bindings()}
            for name in sorted(read - own - given) if "vars" in environment.own else ():
                yield self.found(
                    environment.key("vars"),
                    f"the variables of this environment lack `{name}`, which Rust reads",
                    fix=f"add {name} under env.{environment.name}.vars",
                    environment=environment.name,
                )


def _variables_of(environment: Environment) -> list[str]:
    variables = environment.get("vars")
    return list(variables) if isinstance(variables, dict) else []


def _read(worker: Worker) -> Iterator[str]:
    """Yield the names of variables that Rust certainly reads, and cannot go without."""
    optional = {name for crate in worker.crates for name in crate.optional_bindings}
    for crate in worker.crates:
        for use in crate.binding_uses:
            is_needed = use.is_sure and not use.condition and use.name not in optional
            if is_needed and use.name and use.accessor in {"var", "object_var"} and not SECRET.search(use.name):
                yield use.name
