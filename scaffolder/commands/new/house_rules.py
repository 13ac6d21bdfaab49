"""Holds a new project to the policy of the organisation whose overlay it is made with.

Not here: the policy of a project that is there (`policy_findings.py`).
"""

from __future__ import annotations

from scaffolder.catalogue import current
from scaffolder.commands.new.draft import NewProject
from scaffolder.core.errors import BadInput


def keep_policy(draft: NewProject) -> NewProject:
    """Refuse a name, or something to be added, that the organisation does not want.

    Raises:
        BadInput: There is one.
    """
    foreign = current.foreign()
    policy = foreign.policy if foreign else None
    if policy is None:
        return draft
    name = str(draft.answers.get("worker_name", ""))
    if policy.refuses_name(name):
        raise _refusal("--set worker_name", f"`{name}` is not as in {policy.names}")
    for addition in draft.additions:
        if policy.kinds is not None and addition.kind not in policy.kinds:
            raise _refusal(f"--with {addition.kind}", f"the kinds are {', '.join(policy.kinds)}")
    return draft


def _refusal(where: str, why: str) -> BadInput:
    return BadInput(
        what="the organisation's policy does not allow that",
        where=where,
        why=why,
        fix="choose what its overlay.toml allows",
    )
