"""Completes the words of a command line when a shell asks for that: commands, options, templates, kinds and rules.

A shell asks by starting the program with `_ARGCOMPLETE` set. Only then is this module imported, and whatever one
completer needs only by that one, so that no other command gets slower.

Not here: the scripts of the shells (`completion.py`).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import argcomplete
from argcomplete.completers import ChoicesCompleter, DirectoriesCompleter, FilesCompleter

Completer = Callable[..., Any]
"""Called with the prefix and the words parsed so far; returns what may stand there, some with a description."""


def complete(parser: argparse.ArgumentParser) -> None:
    """Write the completions of the command line in COMP_LINE to the shell, and end the process."""
    below = [each for command in _commands(parser).values() for each in _commands(command).items()]
    for command, subparser in [*_commands(parser).items(), *below]:
        for action in subparser._actions:  # noqa: SLF001 - argparse lists them nowhere else
            if completer := _completer(command, action.dest, list(_commands(parser))):
                action.completer = completer  # type: ignore[attr-defined]
    # Options are offered after a dash: between commands and names they would only be in the way.
    argcomplete.autocomplete(parser, always_complete_options=False, default_completer=ChoicesCompleter({}))


def _commands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    found = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))  # noqa: SLF001
    return next(found, {}) or {}


def _completer(command: str, argument: str, commands: Iterable[str]) -> Completer | None:
    """Return the completer of an argument, or None if it can be anything."""
    specific: dict[tuple[str, str], Completer] = {
        ("new", "set"): _safe(_answers),
        ("adopt", "set"): _safe(_answers),
        ("adopt", "take"): _safe(_files),
        ("new", "additions"): _safe(lambda prefix, **_: _listed(prefix, _kinds())),
        ("update", "version"): _safe(_versions),
        ("diff", "version"): _safe(_versions),
        ("info", "id"): _safe(lambda **known: {**_templates(**known), **_kinds()}),
        ("add", "source"): FilesCompleter(),
        ("remove", "name"): _safe(lambda **known: _names(**known) if "kind" in known["parsed_args"] else _catalogues()),
        ("help", "about"): _safe(lambda **_: list(commands)),
        ("completion", "shell"): _safe(lambda **_: ["bash", "zsh", "fish"]),
    }
    general: dict[str, Completer] = {
        "template": _safe(_templates),
        "source": _safe(lambda **_: _catalogues()),
        "ids": _safe(lambda **known: {**_templates(**known), "panic-unwind": "an option of worker-build"}),
        "kind": _safe(lambda **_: _kinds()),
        "name": _safe(_names),
        "env": _safe(_environments),
        "select": _safe(lambda prefix, **_: _listed(prefix, _rules())),
        "ignore": _safe(lambda prefix, **_: _listed(prefix, _rules())),
        "explain": _safe(lambda **_: _rules()),
        "pass_env": _safe(lambda **_: list(os.environ)),
        **dict.fromkeys(("dest", "project", "projects"), DirectoriesCompleter()),
        **dict.fromkeys(("answers", "config", "file", "junit", "policy", "sarif"), FilesCompleter()),
    }
    return specific.get((command, argument)) or general.get(argument)


def _safe(completer: Completer) -> Completer:
    """Return a completer that finds nothing where the given one fails: a shell has no place for an error."""

    def complete(**known: Any) -> Any:
        with suppress(Exception):
            return completer(**known)
        return []

    return complete


def _listed(prefix: str, known: Mapping[str, str]) -> dict[str, str]:
    """Complete the last part of a list with commas, by what is not in it yet."""
    before, comma, _ = prefix.rpartition(",")
    taken = before.split(",")
    return {f"{before}{comma}{name}": title for name, title in known.items() if name not in taken}


def _templates(parsed_args: argparse.Namespace, **_: Any) -> dict[str, str]:
    """Return the templates of the catalogue on the line; of others, only what is here already can be offered."""
    from scaffolder.catalogue import current, manifests  # noqa: PLC0415 - only for this completer
    from scaffolder.catalogue.sources import registered  # noqa: PLC0415 - likewise
    from scaffolder.commands import foreign_catalogue  # noqa: PLC0415 - likewise

    source = getattr(parsed_args, "source", None)
    known = registered.find(source) if source else None
    if source and not known:
        return {}
    with current.taken_from(foreign_catalogue.as_pinned(known) if known else None):
        return {template.id: template.summary for template in manifests.templates()}


def _catalogues() -> dict[str, str]:
    from scaffolder.catalogue.sources import registered  # noqa: PLC0415 - only for this completer

    return {name: each.source for name, each in registered.read().items()}


def _kinds() -> dict[str, str]:
    from scaffolder.editing.kind_registry import kinds  # noqa: PLC0415 - only for this completer

    return {name: kind.title for name, kind in kinds().items()}


def _rules() -> dict[str, str]:
    from scaffolder.checks import rule_registry  # noqa: PLC0415 - only for this completer

    rules = rule_registry.choose([], [])
    return {rule.code: rule.title for rule in rules} | {rule.name: rule.title for rule in rules}


def _answers(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """Return the questions of the template that was given, or the choices of the one before the `=`."""
    from scaffolder.catalogue.questions import questions  # noqa: PLC0415 - only for this completer

    asked = {question.name: question for question in questions(_template(parsed_args))}
    name, equals, _value = prefix.partition("=")
    if not equals:
        return [f"{each}=" for each in asked]
    values = ["true", "false"] if asked[name].type == "bool" else [value for _, value in asked[name].choices]
    return [f"{name}={value}" for value in values]


def _files(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """Return the files of the template that was given."""
    from scaffolder.catalogue import manifests  # noqa: PLC0415 - only for this completer

    return manifests.project_files(_template(parsed_args))


def _template(parsed_args: argparse.Namespace) -> str:
    """Return the template that was given; of several, the last one."""
    given = parsed_args.template
    return str(given if isinstance(given, str) else given[-1])


def _names(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """Return the names that a worker has for things of the kind that was given; those of `add` are new."""
    from scaffolder.editing.kind_registry import kind  # noqa: PLC0415 - only for this completer

    if parsed_args.command == "add":
        return []
    wanted = kind(parsed_args.kind)
    found = [each for worker in _project(parsed_args.project).workers for each in worker.environments]
    if wanted.is_environment:
        return [each.name for each in found if each.name]
    names = {bound.name for each in found for bound in each.bindings() if bound.kind == (wanted.binding or wanted.name)}
    return sorted(names)


def _versions(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """Return the released versions of the project's template, the newest first."""
    from scaffolder.system import paths, scratch  # noqa: PLC0415 - only for this completer
    from scaffolder.updating import origin_record, template_versions  # noqa: PLC0415 - likewise

    with scratch.scratch(paths.work()) as place:
        record = origin_record.read(parsed_args.project)
        return template_versions.Versions(record, place).known()[::-1]


def _environments(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    workers = _project(parsed_args.project).workers
    return ["all", *(each.name for worker in workers for each in worker.environments if each.name)]


def _project(folder: Path) -> Any:
    from scaffolder.reading import project, project_root  # noqa: PLC0415 - only for two completers

    return project.read(project_root.around(folder) if folder == Path() else folder)
