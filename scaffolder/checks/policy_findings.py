"""Compares a project with an organisation's policy.

Not here: the policy (`policy.py`), and the rules that hold for every worker (`rules/`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffolder.catalogue import yaml_documents
from scaffolder.core.errors import BadInput
from scaffolder.core.findings import Finding, Span
from scaffolder.core.policy import Policy
from scaffolder.reading import recorded_source
from scaffolder.reading.config import triggers
from scaffolder.reading.config.environments import Environment
from scaffolder.reading.project import Project, Worker

CODE = "POLICY"

ANSWERS = ".copier-answers.yml"

WHY = "the organisation's policy is the same for all of its workers"

TRIGGERS = {"queue": "queue-consumer", "scheduled": "cron"}
"""The kinds of event sources, by the names of their handlers."""

SAME = {"queue": {"queue", "queue-producer"}, "dispatch": {"dispatch", "dispatch-namespace"}}
"""The kinds of `scaffold add` that make a binding which has another name."""


def findings(project: Project, policy: Policy) -> list[Finding]:
    """Return the places in which a project is not as the policy wants it."""
    found = list(_template(project, policy))
    for worker in project.workers:
        found += [*_name(worker, policy), *_kinds(worker, policy), *_observability(worker, policy)]
    return list(dict.fromkeys(found))


def _template(project: Project, policy: Policy) -> Iterator[Finding]:
    if policy.templates is None:
        return
    template = _recorded(project)
    if template not in policy.templates:
        message = f"the project is made from `{template}`" if template else "the project records no template"
        fix = f"make it from one of {', '.join(policy.templates)}"
        yield Finding(CODE, message, WHY, fix, Span(ANSWERS, 1, 1, 0, 0), name="policy-template")


def _recorded(project: Project) -> str:
    """Return the template that a project records, or an empty text."""
    if source := recorded_source.read(project.folder):
        return source.template
    try:
        return str(yaml_documents.answers(project.folder / ANSWERS)[0].get("template", ""))
    except BadInput:
        return ""


def _name(worker: Worker, policy: Policy) -> Iterator[Finding]:
    for environment in worker.environments:
        name = str(environment.get("name") or "")
        if policy.refuses_name(name):
            message, fix = f"the worker is called `{name}`", f"call it as in {policy.names}"
            place = environment.at("name")
            yield Finding(CODE, message, WHY, fix, place, environment.name, name="policy-name")


def _kinds(worker: Worker, policy: Policy) -> Iterator[Finding]:
    if policy.kinds is None:
        return
    for environment in worker.environments:
        used = [(bound.kind, environment.at(*bound.path), f"`{bound.name}`") for bound in environment.bindings()]
        used += [(TRIGGERS.get(kind, kind), place, title) for kind, place, title in triggers.sources(environment)]
        for kind, place, title in used:
            if not SAME.get(kind, {kind}) & set(policy.kinds):
                fix = f"use one of {', '.join(policy.kinds)}"
                yield Finding(
                    CODE, f"{title} is of the kind {kind}", WHY, fix, place, environment.name, name="policy-kind"
                )


def _observability(worker: Worker, policy: Policy) -> Iterator[Finding]:
    for environment in worker.environments if policy.observability else ():
        if not _is_observed(environment):
            fix = "add [observability] with enabled = true"
            place = environment.at("observability")
            message = "the worker's logs are not kept"
            yield Finding(CODE, message, WHY, fix, place, environment.name, name="policy-observability")


def _is_observed(environment: Environment) -> bool:
    return (
        environment.get("observability", "enabled") is True
        or environment.get("observability", "logs", "enabled") is True
    )
