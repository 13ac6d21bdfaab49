"""Asks Copier for a template's questions, for the verdict on each answer, and for the rendered project.

Copier judges every answer, so that both doors to the catalogue refuse the same values with
the same sentence. Its question objects are not public; pyproject.toml pins the releases
that this was tried with, and docs/decisions/ says why.

Not here: Copier's set-up (`copier_worker.py`), asking a person (`prompts.py`), and where a project goes (`staging.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copier._settings import SettingsModel
from copier._types import MISSING
from copier._user_data import AnswersMap
from copier._user_data import Question as CopierQuestion

from scaffolder.catalogue import copier_worker, current, house_files
from scaffolder.catalogue.copier_worker import CatalogueWorker
from scaffolder.catalogue.interview import Interview
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.core.template import Catalogue, Question
from scaffolder.core.unprintable import without_unprintable


def interview(
    template: str, destination: Path, given: Mapping[str, Any], catalogue: Catalogue | None = None
) -> Interview:
    """Put a template's questions to the answers that are there.

    Args:
        template: The template's id.
        destination: The project's folder; the default name follows from it.
        given: Answers by the names of their questions.
        catalogue: Another catalogue than the program's own.
    """
    with copier_worker.worker(template, destination, {}, catalogue) as worker:
        return _interview(worker, template, given)


def render(
    template: str,
    answers: Mapping[str, Any],
    folder: Path,
    catalogue: Catalogue | None = None,
    task_environment: Mapping[str, str] | None = None,
) -> list[str]:
    """Render a template into a folder, which must be empty.

    Every file gets the permissions of a new one, whatever those of the catalogue's files are; a program stays one.

    Args:
        template: The template's id.
        answers: A legal answer to each question of `interview`.
        folder: Where to; parents must be there.
        catalogue: Another catalogue than the program's own.
        task_environment: The environment of the template's tasks; None to run none.

    Returns:
        The files of the catalogue that are in the project as they are here, and not as they were committed.

    Raises:
        TrustRefused: The template wants to run code.
        InternalError: The template does not render.
    """
    with copier_worker.worker(template, folder, dict(answers), catalogue, task_environment) as worker:
        worker.run_copy()
        if (foreign := current.foreign()) and catalogue is None:
            house_files.lay_over(worker, folder, foreign)
        changed = [path for letters, path in worker.changes if letters != "!!"]
    # A new folder has all permissions but those that the umask takes away.
    allowed = folder.stat().st_mode
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(allowed & (0o777 if path.stat().st_mode & 0o100 else 0o666))
    return changed


def _interview(worker: CatalogueWorker, template: str, given: Mapping[str, Any]) -> Interview:
    chosen = copier_worker.chosen(template)
    worker.answers = AnswersMap(init=chosen, metadata=worker.template.metadata)
    questions: list[Question] = []
    troubles: list[tuple[str, str]] = []
    hidden: list[str] = []
    required: list[str] = []
    for name, details in worker.template.questions_data.items():
        question = _question(worker, name, details)
        if not question.get_when():
            hidden.append(name)
            if (computed := question.get_default()) is not MISSING:
                worker.answers.user[name] = computed
        elif name not in chosen:
            required += [name] if name not in given and _default(question) is MISSING else []
            trouble = _answer(question, worker.answers, given)
            troubles += [(name, trouble)] if trouble else []
            questions.append(_record(_question(worker, name, details)))
    names = [question.name for question in questions]
    troubles += [(name, _why_unknown(name, names, hidden)) for name in given if name not in names]
    return Interview(
        questions=tuple(questions),
        answers={name: worker.answers.user[name] for name in names},
        missing=tuple(name for name in names if name not in given),
        troubles=tuple(troubles),
        required=tuple(required),
    )


def _answer(question: CopierQuestion, answers: AnswersMap, given: Mapping[str, Any]) -> str:
    """Record an answer, or the default if there is no legal one; return the reason for refusing it, if any."""
    name = question.var_name
    default = _default(question)
    answers.user[name] = "" if default is MISSING else default
    if name not in given:
        return ""
    try:
        answer = question.parse_answer(_strict(question, given[name]))
        question.validate_answer(answer)
    except ValueError as error:
        return _sentence(str(error), question, given[name])
    answers.user[name] = answer
    return ""


def _default(question: CopierQuestion) -> Any:
    """Return the default of a question, or `MISSING` if it has none, or one that its own validator refuses."""
    foreign = current.foreign()
    if foreign and question.var_name in foreign.defaults:
        return question.parse_answer(foreign.defaults[question.var_name])
    try:
        return question.get_default()
    except ValueError:
        if not foreign:
            raise
        return MISSING


def _strict(question: CopierQuestion, value: Any) -> Any:
    """Refuse values that Copier converts silently: any text to true, a list to a text, a fraction to a whole number."""
    kind = question.get_type_name()
    if kind == "bool" and str(value).lower() not in {"true", "false", "yes", "no", "1", "0"}:
        raise ValueError("it must be true or false")
    if kind == "int" and isinstance(value, bool | float):
        raise ValueError("it must be a whole number")
    if question.multiselect or kind in {"json", "yaml"}:
        return value
    if not isinstance(value, str | int | float):
        raise ValueError("it must be a text, in quotes where YAML would read it as something else")  # noqa: TRY004
    return value


def _sentence(error: str, question: CopierQuestion, value: Any) -> str:
    """Return Copier's reason without its prefix, and with the choices by their values."""
    if question.choices:
        allowed = ", ".join(str(choice.value) for choice in question._formatted_choices)
        return f"{value!r} is not one of {allowed}"
    if error.startswith("invalid literal"):
        return f"{value!r} is not a whole number"
    return " ".join(error.removeprefix(f"Validation error for question '{question.var_name}': ").split())


def _why_unknown(name: str, names: list[str], hidden: list[str]) -> str:
    if name == "template":
        return "the template is chosen by --template"
    if name in hidden:
        return "it does not apply to this template, or is computed and cannot be set"
    hint = did_you_mean(near_names(name, names), f"the template asks {', '.join(names)}")
    return f"there is no such question; {hint}"


def _question(worker: CatalogueWorker, name: str, details: dict[str, Any]) -> CopierQuestion:
    return CopierQuestion(
        answers=worker.answers,
        context=worker._render_context(),
        jinja_env=worker.jinja_env,
        settings=SettingsModel(),
        var_name=name,
        **details,
    )


def _record(question: CopierQuestion) -> Question:
    choices = tuple(
        (without_unprintable(str(choice.title)), choice.value)
        for choice in question._formatted_choices
        if not (choice.disabled or question.multiselect)
    )
    default = question.answers.user[question.var_name]
    if choices and default not in [value for _, value in choices]:
        default = choices[0][1]
    return Question(
        name=question.var_name,
        type=question.get_type_name(),
        default=default,
        help=without_unprintable(question.get_message().strip()),
        choices=choices,
        placeholder=without_unprintable(question.get_placeholder()),
    )
