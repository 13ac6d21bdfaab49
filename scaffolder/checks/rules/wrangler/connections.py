"""The connections of a worker: to a database through Hyperdrive, and to other workers as services.

Not here: the calls over these connections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scaffolder.checks.rule import Rule
from scaffolder.core.errors import BadInput
from scaffolder.core.findings import Finding
from scaffolder.core.suggestions import did_you_mean
from scaffolder.reading import project as reading
from scaffolder.reading.config.accepted_values import is_id
from scaffolder.reading.config.environments import environments
from scaffolder.reading.project import Worker

SHORTEST = 5
"""Names with fewer letters are too often similar by chance."""

HYPERDRIVE = '[[hyperdrive]]\nbinding = "DB"\nid = "{}"\n'
SERVER = {
    "Cargo.toml": '[workspace]\nmembers = ["client", "server"]\n',
    "client/Cargo.toml": '[package]\nname = "client"\nversion = "0.1.0"\n',
    "client/wrangler.toml": 'name = "notes"\n\n[[services]]\nbinding = "SEARCH"\nservice = "notes_search"\n',
    "server/Cargo.toml": '[package]\nname = "server"\nversion = "0.1.0"\n',
    "server/wrangler.toml": 'name = "notes-search"\n',
}


class WR123(Rule):
    """A Hyperdrive binding has a valid id, and its local connection string is complete.

    Why: a dry run accepts an empty id, a placeholder or any connection string; then the deploy fails, or the dev server
    does not start.

    Fix: copy the id from `wrangler hyperdrive create` or `wrangler hyperdrive list`, and write a connection string such
    as postgres://user:password@localhost:5432/notes.

    Not checked: whether there is a local connection string at all, since it may come from the environment.
    """

    name = "invalid-hyperdrive"
    wrong = {"wrangler.toml": HYPERDRIVE.format("")}
    right = {"wrangler.toml": HYPERDRIVE.format("8b2c7f0e5d6a4b3c9e1f2a7d8c5b4e6f")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield invalid ids and invalid local connection strings."""
        for environment in worker.environments:
            for path, table in environment.tables("hyperdrive"):
                id_, local = table.get("id"), table.get("localConnectionString")
                if isinstance(id_, str) and not is_id(id_):
                    message = f"`{id_}` is not a Hyperdrive id" if id_ else "the id is empty"
                    yield self.found(
                        environment.at(*path, "id"),
                        message,
                        environment=environment.name,
                        fix="copy the id from `wrangler hyperdrive create` or `wrangler hyperdrive list`",
                    )
                lacking = _lacking(local) if isinstance(local, str) and local else ""
                if lacking:
                    yield self.found(
                        environment.at(*path, "localConnectionString"),
                        f"the local connection string has no {lacking}",
                        fix="write it in the form postgres://user:password@localhost:5432/notes",
                        environment=environment.name,
                    )


class WR124(Rule):
    """A service binding to a worker of this project uses that worker's name.

    Why: services are looked up by name: the dev server shows a wrong one as not connected, and the deploy fails, or
    binds someone else's worker that happens to have this name.

    Fix: use the name in the other worker's wrangler file; for one of its environments, append a dash and the
    environment's name.

    Not checked: a service whose name resembles none here, since it may belong to another project; and the methods that
    are called, since the build of the client generates their code.
    """

    name = "misnamed-service"
    wrong = SERVER
    right = {**SERVER, "client/wrangler.toml": SERVER["client/wrangler.toml"].replace("notes_search", "notes-search")}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the services whose name is almost that of a worker of the project."""
        if not worker.config.get("services") and not worker.config.get("env"):
            return
        known = {name for each in _workers(worker) for name in _names(each)}
        for environment in worker.environments:
            used = {table.get("service") for _, table in environment.tables("services")}
            for path, table in environment.tables("services"):
                service = table.get("service")
                others = known - used if isinstance(service, str) else ()
                near = sorted(name for name in others if _misspells(str(service), name))
                if near and service not in known:
                    yield self.found(
                        environment.at(*path, "service"),
                        f"no worker in this project is named `{service}`",
                        fix=did_you_mean(near[:1]),
                        environment=environment.name,
                    )


def _workers(worker: Worker) -> list[Worker]:
    """Return the workers of the project, with each of their wrangler files."""
    try:
        return [worker, *reading.read(worker.project).configured]
    except BadInput:
        # The only wrangler file is the one that `--config` gives.
        return [worker]


def _lacking(local: str) -> str:
    """Return the first part that the dev server requires and a connection string lacks, or an empty text."""
    try:
        parts = urlsplit(local)
    except ValueError:
        return ""
    needed = {
        "postgres:// or mysql:// scheme": parts.scheme in {"postgres", "postgresql", "mysql"},
        "host": parts.hostname,
        "user": parts.username,
        "password": parts.password,
        "database after the host": parts.path.strip("/"),
    }
    return next((word for word, there in needed.items() if not there), "")


def _names(worker: Worker) -> Iterator[str]:
    """Yield the names under which a worker is deployed."""
    for environment in environments(worker.config):
        name = environment.get("name")
        if isinstance(name, str):
            is_own = not environment.name or "name" in environment.own
            yield name if is_own else f"{name}-{environment.name}"


def _misspells(word: str, name: str) -> bool:
    """Return whether one name misspells the other: in dashes, in case, or by one letter swapped or missing."""
    one, other = (re.sub(r"[-_\s]", "", each).lower() for each in (word, name))
    if one == other:
        return word != name
    if min(len(one), len(other)) < SHORTEST or re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    swaps = {f"{one[:at]}{one[at + 1]}{one[at]}{one[at + 2 :]}" for at in range(len(one) - 1)}
    return other in swaps or _lacks_one(one, other) or _lacks_one(other, one)


def _lacks_one(short: str, long: str) -> bool:
    """Return whether `short` is `long` minus one inner letter."""
    return len(long) == len(short) + 1 and short in {f"{long[:at]}{long[at + 1 :]}" for at in range(1, len(long) - 1)}
