"""Counts the conflicts of updates by `scaffold update`, by `copier update` and by cruft's method on the same histories.

`python3 -m benchmarks.updates [COUNT]` prints the totals as JSON, for `measures.py`. Each project is made once, with
all of its history, and updated three times from there, in copies. Each core does a share of them. Cruft's method is the
difference of two renderings without any addition, applied by `git apply --3way`, and if that applies nothing, by
`git apply --reject`.

Not here: the histories (`tests/histories.py`), and the proof that nothing is lost (`tests/test_histories.py`).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scaffolder.system import bootstrap  # noqa: E402 - the line above makes it importable

COUNT = 300
"""The histories that are compared, unless another number is named."""

CONFIG = "[user]\nname = A Tester\nemail = tester@example.com\n[safe]\ndirectory = *\n"
"""Git's settings for all three."""

Method = Callable[[Path], None]


def main() -> int:
    """Install the dependencies if necessary, update every project in each way, and print the totals."""
    if (code := bootstrap.enter(ROOT / "requirements-dev.lock", [__file__, *sys.argv[1:]])) is not None:
        return code
    count = int(sys.argv[1]) if sys.argv[1:] else COUNT
    jobs = min(os.cpu_count() or 1, count)
    shares = [range(number, count, jobs) for number in range(jobs)]
    with ProcessPoolExecutor(jobs) as pool:
        results = [*pool.map(_share, shares)]
    totals = {name: sum((each[0][name] for each in results), Counter[str]()) for name in results[0][0]}
    untouched = sum(each[1] for each in results)
    json.dump({"histories": count, "untouched": untouched, "totals": totals, "versions": _versions()}, sys.stdout)
    return 0


def _share(seeds: range) -> tuple[dict[str, Counter[str]], int]:
    """Return the totals of some histories, and how many of them nobody edited by hand, in a process of its own."""
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _Comparison(Path(place).resolve()).measured(seeds)


def _versions() -> dict[str, str]:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return {"Copier": version("copier"), "git": git, "Python": platform.python_version()}


class _Comparison:
    """The two versions of the catalogue, and the ways from one to the other."""

    def __init__(self, place: Path) -> None:
        (place / "gitconfig").write_text(CONFIG, encoding="utf-8")
        (place / "copier.yml").write_text("defaults: {}\n", encoding="utf-8")
        os.environ |= {
            "COPIER_CACHE_DIR": str(place / "mirrors"),
            "COPIER_SETTINGS_PATH": str(place / "copier.yml"),
            "GIT_CONFIG_GLOBAL": str(place / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "SCAFFOLD_CACHE": str(place / "cache"),
        }
        from tests import two_versions  # noqa: PLC0415 - Copier's git copies the environment when it is imported

        self.place, self.old, self.new, self.source = place, place / "old", place / "new", place / "source"
        two_versions.make_old(self.old)
        two_versions.make_new(self.new, self.old)
        self._commit_both()

    def measured(self, seeds: range) -> tuple[dict[str, Counter[str]], int]:
        """Return the totals of the histories of some seeds, and how many of them nobody edited by hand."""
        from tests import histories  # noqa: PLC0415 - as above

        methods: dict[str, Method] = {"scaffold": self._scaffold, "copier": self._copier, "cruft": self._cruft}
        totals = {name: Counter[str]() for name in methods}
        untouched = 0
        for seed in seeds:
            history = histories.make(seed, self.place / f"history-{seed}", self._program(self.old))
            untouched += not history.edits
            for name, method in methods.items():
                copy = self.place / name
                shutil.copytree(history.folder, copy, symlinks=True)
                mine = histories.History(**{**vars(history), "folder": copy})
                applied = mine.applied()
                method(copy)
                totals[name].update(_counts(mine, applied, is_untouched=not history.edits))
                shutil.rmtree(copy)
            shutil.rmtree(history.folder)
        return totals, untouched

    def _commit_both(self) -> None:
        """Make a repository of both versions, for Copier."""
        from tests.conftest import commit_all, git, start_repository  # noqa: PLC0415 - as above

        shutil.copytree(self.old, self.source)
        start_repository(self.source)
        git(self.source, "tag", "v0.1.0")
        for path in [*self.source.iterdir()]:
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.new, self.source, dirs_exist_ok=True)
        commit_all(self.source)
        git(self.source, "tag", "v0.2.0")

    def _program(self, catalogue: Path) -> Callable[..., int]:
        from scaffolder.cli import main as command  # noqa: PLC0415 - as above
        from tests import two_versions  # noqa: PLC0415 - as above

        def run(*words: str) -> int:
            two_versions.use(catalogue)
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                try:
                    return command.main(words)
                except SystemExit as left:
                    return int(left.code or 0)

        return run

    def _scaffold(self, project: Path) -> None:
        code = self._program(self.new)("update", str(project))
        # One that is refused has no conflict either, and would count as a success.
        if code not in {0, 5}:
            raise RuntimeError(f"scaffold update ended with {code}")

    def _copier(self, project: Path) -> None:
        import yaml  # noqa: PLC0415 - as above
        from copier import run_update  # noqa: PLC0415 - as above

        from tests.conftest import commit_all  # noqa: PLC0415 - as above

        answers = project / ".copier-answers.yml"
        data = yaml.safe_load(answers.read_text(encoding="utf-8"))
        answers.write_text(
            yaml.safe_dump({**data, "_src_path": str(self.source), "_commit": "v0.1.0"}), encoding="utf-8"
        )
        commit_all(project)
        with contextlib.redirect_stderr(io.StringIO()):
            run_update(project, defaults=True, overwrite=True, quiet=True, vcs_ref="v0.2.0")

    def _cruft(self, project: Path) -> None:
        import yaml  # noqa: PLC0415 - as above

        data = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
        answers = {name: each for name, each in data.items() if not name.startswith("_") and name != "template"}
        sides = []
        for name, catalogue in (("a", self.old), ("b", self.new)):
            sides.append(self.place / "sides" / name)
            self._render(catalogue, data["template"], answers, sides[-1])
        words = ["git", "diff", "--no-index", "--binary", "--no-prefix", "a", "b"]
        diff = subprocess.run(words, cwd=self.place / "sides", capture_output=True, check=False).stdout
        # As cruft does, which also lets git see that the files are as they were committed.
        self._changed(project)
        self._apply(project, diff, "--3way")
        if not self._changed(project):
            self._apply(project, diff, "--reject")
        shutil.rmtree(self.place / "sides")

    def _apply(self, project: Path, diff: bytes, option: str) -> None:
        subprocess.run(["git", "apply", option, "-p1"], cwd=project, input=diff, capture_output=True, check=False)

    def _changed(self, project: Path) -> str:
        return subprocess.run(
            ["git", "status", "--porcelain"], cwd=project, capture_output=True, text=True, check=True
        ).stdout

    def _render(self, catalogue: Path, template: str, answers: dict[str, Any], folder: Path) -> None:
        from scaffolder.catalogue import render  # noqa: PLC0415 - as above
        from tests import two_versions  # noqa: PLC0415 - as above

        two_versions.use(catalogue)
        asked = render.interview(template, folder, answers)
        folder.mkdir(parents=True)
        render.render(template, asked.answers, folder)


def _counts(history: Any, applied: dict[str, Any], *, is_untouched: bool) -> dict[str, int]:
    files = history.in_conflict()
    return {
        "histories in conflict": bool(files),
        "untouched in conflict": bool(files) and is_untouched,
        "files in conflict": len(files),
        "edits lost": len([*history.lost()]),
        "migrations edited": len(history.edited_migrations(applied)),
    }


if __name__ == "__main__":
    raise SystemExit(main())
