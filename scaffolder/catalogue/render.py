"""Asks Copier: which questions a template has, whether answers are legal, what it renders.

Copier judges every answer, so that both doors to the catalogue refuse the same values with
the same sentence. Its question objects are not public; pyproject.toml pins the releases
that this was tried with, and docs/decisions/ says why. The only module that imports `copier`.

Not here: asking a person (`prompts.py`), and where a project goes (`staging.py`).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from copier import Settings, run_copy
from copier._main import Worker
from copier._settings import SettingsModel
from copier._types import MISSING
from copier._user_data import AnswersMap
from copier._user_data import Question as CopierQuestion
from copier.errors import CopierError, DirtyLocalWarning, ForbiddenPathError, UnsafeTemplateError
from jinja2 import TemplateError

from scaffolder.catalogue import manifests
from scaffolder.catalogue.interview import Interview
from scaffolder.core.errors import InternalError, TrustRefused
from scaffolder.core.suggestions import did_you_mean, near_names
from scaffolder.core.template import Question


def interview(template: str, destination: Path, given: Mapping[str, Any]) -> Interview:
    """Put a template's questions to the answers that are there.

    Args:
        template: The template's id.
        destination: The project's folder; the default name follows from it.
        given: Answers by the names of their questions.
    """
    with _copier_errors(), _worker(destination, {"template": template}) as worker:
        return _interview(worker, template, given)


def render(template: str, answers: Mapping[str, Any], folder: Path) -> None:
    """Render a template into a folder, which must be empty.

    Args:
        template: The template's id.
        answers: A legal answer to each question of `interview`.
        folder: Where to; parents must be there.

    Raises:
        TrustRefused: The template wants to run code.
        InternalError: The template does not render.
    """
    data = {"template": template, **answers}
    with _copier_errors():
        run_copy(
            str(manifests.root()),
            folder,
            data=data,
            vcs_ref="HEAD",
            defaults=True,
            overwrite=True,
            quiet=True,
            unsafe=False,
            settings=Settings(),
        )


def _interview(worker: Worker, template: str, given: Mapping[str, Any]) -> Interview:
    worker.answers = AnswersMap(init={"template": template}, metadata=worker.template.metadata)
    questions: list[Question] = []
    troubles: list[tuple[str, str]] = []
    hidden: list[str] = []
    for name, details in worker.template.questions_data.items():
        question = _question(worker, name, details)
        if not question.get_when():
            hidden.append(name)
            worker.answers.user[name] = question.get_default()
        elif name != "template":
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
    )


def _answer(question: CopierQuestion, answers: AnswersMap, given: Mapping[str, Any]) -> str:
    """Record an answer, the default where none will do; answer what is wrong, or nothing."""
    name = question.var_name
    default = question.get_default()
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


def _strict(question: CopierQuestion, value: Any) -> Any:
    """Refuse what Copier would bend: any text is true to it, a list a text, a fraction whole."""
    kind = question.get_type_name()
    if kind == "bool" and str(value).lower() not in {"true", "false", "yes", "no", "1", "0"}:
        raise ValueError("it must be true or false")
    if kind == "int" and isinstance(value, bool | float):
        raise ValueError("it must be a whole number")
    if not isinstance(value, str | int | float):
        raise ValueError("it must be a text, in quotes where YAML takes it for something else")  # noqa: TRY004
    return value


def _sentence(error: str, question: CopierQuestion, value: Any) -> str:
    """Cut Copier's prefix off, and name the choices in our own words."""
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


def _question(worker: Worker, name: str, details: dict[str, Any]) -> CopierQuestion:
    return CopierQuestion(
        answers=worker.answers,
        context=worker._render_context(),
        jinja_env=worker.jinja_env,
        settings=SettingsModel(),
        var_name=name,
        **details,
    )


def _record(question: CopierQuestion) -> Question:
    choices = tuple((str(choice.title), choice.value) for choice in question._formatted_choices)
    default = question.answers.user[question.var_name]
    return Question(
        name=question.var_name,
        type=question.get_type_name(),
        default=default,
        help=question.get_message().strip(),
        choices=choices,
        placeholder=question.get_placeholder(),
    )


@contextmanager
def _worker(destination: Path, data: dict[str, Any]) -> Iterator[Worker]:
    with Worker(
        src_path=str(manifests.root()),
        dst_path=destination,
        data=data,
        vcs_ref="HEAD",
        defaults=True,
        quiet=True,
        settings=SettingsModel(),
    ) as worker:
        # Each key that is typed into a question asks anew; a clone each time would take a second.
        worker.template.vcs = None
        # Without this, the first question would load the template's extensions unasked.
        worker._check_unsafe("copy")
        yield worker


@contextmanager
def _copier_errors() -> Iterator[None]:
    """Turn what Copier raises into refusals, and drop its word on a clone with edits."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DirtyLocalWarning)
            yield
    except UnsafeTemplateError as error:
        raise TrustRefused(
            what="the template wants to run code",
            where=str(manifests.root()),
            why=str(error),
            fix="use a catalogue whose templates need no trust",
        ) from error
    except ForbiddenPathError as error:
        raise TrustRefused(
            what="the template reaches outside of itself or of the project",
            where=str(manifests.root()),
            why=str(error),
            fix="use a catalogue whose templates stay inside",
        ) from error
    except (CopierError, TemplateError) as error:
        place = f"{getattr(error, 'filename', None) or 'a template'}:{getattr(error, 'lineno', '?')}"
        raise InternalError(
            what="a template of the catalogue does not render",
            where=place,
            why=str(error),
            fix="tell the catalogue's owner; this is not your fault",
        ) from error
