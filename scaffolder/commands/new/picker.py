"""The list that a template is picked from: one line for each, grouped by purpose, and details of the highlighted one.

Not here: the list on the screen (`list_prompt.py`).
"""

from __future__ import annotations

from scaffolder.catalogue import current, manifests
from scaffolder.core.template import PURPOSES, Template
from scaffolder.ui import prompts


def pick_template(before: str | None) -> str:
    """Let the user pick a template, and return its id.

    Args:
        before: The id of the one that was picked before.

    Raises:
        WentBack: The user pressed Escape.
    """
    return prompts.pick("Which template?", [_entry(template) for template in ordered_templates()], before)


def ordered_templates() -> list[Template]:
    """Return the templates in the order of the picker: by purpose, and within one in the order of copier.yml."""
    return sorted(manifests.templates(), key=lambda template: list(PURPOSES).index(template.purpose))


def _entry(template: Template) -> prompts.Entry:
    bindings = ", ".join(f"{binding.name} ({binding.kind})" for binding in template.bindings)
    requests, breakages = manifests.proof_size(template.id)
    tools = f" Validation also needs {', '.join(template.tools)}." if template.tools else ""
    login = "a" if template.login else "no"
    foreign = current.foreign()
    proof = (
        f"From {foreign.address}; nobody has proven it here."
        if foreign
        else f"Proof: built and run; {requests} requests answered; its tests catch {breakages} breakages."
    )
    details = (
        f"{template.title}. {template.summary}",
        f"Bindings: {bindings or 'none'}.",
        f"Plan: {template.plan}; {login} login to run it locally.{tools}",
        proof,
    )
    return prompts.Entry(template.id, template.id, template.summary, PURPOSES[template.purpose], details)
