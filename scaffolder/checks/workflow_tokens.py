"""Finds whether a GitHub workflow may give a variable, such as a token, to a step that runs a project's tests.

Not here: files that continuous integration elsewhere reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scaffolder.catalogue import yaml_documents

TEST = re.compile(r"test|(?<![\w-])(?:make|just|task|mise|sh|bash)(?![\w-])|\./", re.IGNORECASE)
"""What a command that may run tests has: the word, or the call of something that may run anything."""

SCRIPT = re.compile(r"\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:-\S+\s+)*([\w:.-]+)")


def may_reach_tests(workflow: str, name: str, scripts: Mapping[str, Any]) -> bool:
    """Return whether a step that may run tests may have a variable; a workflow that cannot be read may do anything.

    Args:
        workflow: The text of the workflow.
        name: The name of the variable.
        scripts: The scripts of package.json.
    """
    if name not in workflow:
        return False
    document = yaml_documents.plain(workflow)
    jobs = document.get("jobs") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(jobs, dict):
        return True
    is_everywhere = _gives(document, name)
    return any(_job_may(job, name, scripts, is_given=is_everywhere) for job in jobs.values())


def _job_may(job: Any, name: str, scripts: Mapping[str, Any], *, is_given: bool) -> bool:
    if not isinstance(job, dict):
        return False
    in_job, steps = is_given or _gives(job, name), job.get("steps")
    if not isinstance(steps, list):
        # A workflow that is called may run tests with the secrets that it gets.
        return in_job or "secrets" in job
    whole = [each for each in steps if isinstance(each, dict)]
    in_job = in_job or any("GITHUB_ENV" in text and name in text for step in whole for text in _texts(step))
    return any((in_job or _has(step, name)) and _may_test(step, scripts) for step in whole)


def _has(step: dict[str, Any], name: str) -> bool:
    return _gives(step, name) or any(name in text for text in _texts(step))


def _gives(table: dict[str, Any], name: str) -> bool:
    """Return whether an `env` has a variable; an expression may have any."""
    env = table.get("env")
    return isinstance(env, str) or (isinstance(env, dict) and name in env)


def _texts(step: dict[str, Any]) -> Iterator[str]:
    """Yield the command of a step, and the inputs of an action."""
    inputs = step.get("with")
    listed = [step.get("run"), *(inputs.values() if isinstance(inputs, dict) else ())]
    yield from (text for text in listed if isinstance(text, str))


def _may_test(step: dict[str, Any], scripts: Mapping[str, Any]) -> bool:
    is_local = str(step.get("uses") or "").startswith("./")
    return is_local or any(TEST.search(text) for each in _texts(step) for text in (each, *_called(each, scripts)))


def _called(command: str, scripts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the scripts of package.json that a command runs, with those that npm runs before and after them."""
    for name in SCRIPT.findall(command):
        yield from (str(scripts[each]) for each in (f"pre{name}", name, f"post{name}") if each in scripts)
