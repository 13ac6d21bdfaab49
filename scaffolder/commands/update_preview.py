"""Shows what an update would do before it does it: versions, changelog, questions, what is executed, and the diff.

Not here: finding it out (`updating/`).
"""

from __future__ import annotations

from typing import Any

from scaffolder.core.unified_diff import unified_diff
from scaffolder.ui.console import escaped, one_line
from scaffolder.ui.report import Report
from scaffolder.updating import executed
from scaffolder.updating.new_answers import Asked
from scaffolder.updating.preparation import Prepared
from scaffolder.updating.update_plan import UpdatePlan


def show(plan: UpdatePlan, prepared: Prepared, report: Report, *, dry_run: bool) -> None:
    """Show an update."""
    old, new = prepared.old.version, prepared.new.version
    report.line(
        f"[bold]{escaped(prepared.new.template or 'template')}[/]: {escaped(old.shown)} -> {escaped(new.shown)}"
    )
    report.result(
        project=str(plan.record.folder),
        template=prepared.new.template,
        **{"from": old.shown, "to": new.shown},
        changelog=list(prepared.notes),
        questions=[_question(each, plan) for each in prepared.asked],
        additions=[{"kind": each.kind, "name": each.name} for each in plan.additions],
        files=files(plan),
        executed=sorted(_executed(plan)),
        conflicts=[{"file": path, "why": list(each.conflicts)} for path, each in plan.conflicts.items()],
        notes=_notes(plan),
        dry_run=dry_run,
    )
    if not plan.changes and not plan.conflicts:
        report.line("already up to date")
        return
    _show_reasons(plan, prepared, report)
    report.plain("\n" + diff(plan).rstrip("\n"))
    _show_conflicts(plan, report)


def diff(plan: UpdatePlan) -> str:
    """Return the unified diff of an update."""
    folder = plan.record.folder
    changes = [(each.path.relative_to(folder).as_posix(), each) for each in plan.changes]
    modes = [f"mode of {path}: {mode}\n" for path, mode in plan.modes.items()]
    return "".join([*(unified_diff(one_line(name), each.before, each.after) for name, each in sorted(changes)), *modes])


def files(plan: UpdatePlan) -> list[dict[str, Any]]:
    """Return the changes of an update as the JSON document has them."""
    runs, listed = _executed(plan), []
    for each in plan.changes:
        name = each.path.relative_to(plan.record.folder).as_posix()
        verb = "created" if each.before is None else "removed" if each.after is None else "changed"
        merged = plan.paths.get(name)
        listed.append(
            {
                "file": name,
                "change": verb,
                "conflict": bool(merged and merged.conflicts),
                "notes": list(merged.notes) if merged else [],
                "executes": runs.get(name, ""),
                "diff": unified_diff(name, each.before, each.after),
            }
        )
    return listed


def _executed(plan: UpdatePlan) -> dict[str, str]:
    names = {each.path.relative_to(plan.record.folder).as_posix(): each for each in plan.changes}
    found = {name: executed.is_executed(name, each.before, each.after) for name, each in names.items()}
    return {name: what for name, what in found.items() if what}


def _show_reasons(plan: UpdatePlan, prepared: Prepared, report: Report) -> None:
    if prepared.notes:
        report.line("\nWhat changed in the template:")
        for entry in prepared.notes:
            report.plain(f"  - {entry}")
    if prepared.asked:
        report.line("\nQuestions:")
        for each in prepared.asked:
            answer = _question(each, plan)["answer"]
            report.plain(
                f"  {each.question.name} ({each.why}): {answer}; another answer: --set {each.question.name}=VALUE"
            )
            report.plain(f"    {one_line(each.question.help)}")
    if runs := _executed(plan):
        report.line("\nThese files change what is executed; look at them:")
        for name, what in sorted(runs.items()):
            report.plain(f"  {name}: {what}")
    for note in _notes(plan):
        report.plain(f"note: {note}")


def _notes(plan: UpdatePlan) -> list[str]:
    of_files = [f"{path}: {note}" for path, each in plan.paths.items() for note in each.notes]
    left = [f"{each.addition.kind} {each.addition.argument} is left as it is: {each.why}" for each in plan.refused]
    return [*of_files, *plan.notes, *left]


def _show_conflicts(plan: UpdatePlan, report: Report) -> None:
    if plan.conflicts:
        report.line("\nIn conflict:")
    for path, each in plan.conflicts.items():
        report.plain(f"  {path}: {'; '.join(each.conflicts)}")


def _question(each: Asked, plan: UpdatePlan) -> dict[str, Any]:
    name = each.question.name
    answer = plan.new.answers.get(name, each.answer)
    return {"name": name, "why": each.why, "help": each.question.help, "answer": answer, "trouble": each.trouble}
