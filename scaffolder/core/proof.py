"""The results of a validation: its steps, and the proof that they add up to.

Not here: the steps themselves (`pipeline.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

TESTS = {"smoke": "smoke test", "rust-tests": "Rust test", "worker-tests": "worker test"}
"""The steps that need something of the project's own to run, each with the name of that."""


@dataclass(frozen=True)
class StepResult:
    """The result of one step of a validation.

    Args:
        name: `install`, `build`, `start`, `smoke`, `rust-tests` or `worker-tests`.
        status: `ok`, `failed`, `none` (nothing to run) or `not run`.
        seconds: The run time.
        summary: The outcome, as one phrase.
        details: The lines that explain a failure.
        log: The file that holds the complete output.
    """

    name: str
    status: str
    seconds: float = 0.0
    summary: str = ""
    details: tuple[str, ...] = ()
    log: str = ""


@dataclass(frozen=True)
class Proof:
    """The result of validating one project.

    Args:
        project: The project's folder, or the template's id.
        steps: The results of all steps, in order.
        wasm_bytes: Size of the built wasm file.
        wasm_gzip_bytes: The same, compressed with gzip at level 9.
        rust_release: The rustc that built it.
        rust_pinned: The rustc that the catalogue was tested with.
        kept: The working copy, if it was kept.
        versions: The version of each tool that built and ran it.
    """

    project: str
    steps: tuple[StepResult, ...]
    wasm_bytes: int = 0
    wasm_gzip_bytes: int = 0
    rust_release: str = ""
    rust_pinned: str = ""
    kept: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether no step failed."""
        return all(step.status in {"ok", "none"} for step in self.steps)

    @property
    def is_proven(self) -> bool:
        """Whether every step ran and passed."""
        return all(step.status == "ok" for step in self.steps)

    @property
    def verdict(self) -> str:
        """`proven`, `failed`, or what it lacks: `started, not proven` if neither a test nor an exchange was there."""
        if not self.is_ok:
            return "failed"
        lacking = [noun for step, noun in TESTS.items() if step in self._without_input]
        if len(lacking) == len(TESTS):
            return "started, not proven"
        return "proven" if self.is_proven else f"no {' and no '.join(lacking)}"

    @property
    def _without_input(self) -> set[str]:
        return {step.name for step in self.steps if step.status == "none"}

    @property
    def seconds(self) -> float:
        """The run time of all steps together."""
        return sum(step.seconds for step in self.steps)
