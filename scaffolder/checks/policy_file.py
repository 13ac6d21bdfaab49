"""Reads the policy that `check --policy` names: an overlay's file, or a file with the keys of its `[policy]` alone.

Not here: what the keys mean (`policy.py`).
"""

from __future__ import annotations

from pathlib import Path

from scaffolder.core.errors import BadInput
from scaffolder.core.policy import Policy, policy_of
from scaffolder.system import untrusted_files

OTHERS = {"defaults", "wrangler"}
"""The tables of an overlay's file beside its policy."""


def read(path: Path) -> Policy:
    """Return the policy of a file.

    Raises:
        BadInput: It cannot be read, or is no policy.
    """
    where = f"--policy {path}"
    try:
        data = untrusted_files.toml(untrusted_files.content(path).decode())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadInput(
            what="the policy cannot be read", where=where, why=why, fix="name an overlay.toml with a [policy]"
        ) from error
    table = data.get("policy", {} if data.keys() <= OTHERS else data)
    if not isinstance(table, dict) or not table:
        raise BadInput(
            what="the policy is empty", where=where, why="nothing would be enforced", fix="add a [policy] to the file"
        )
    return policy_of(table, where)
