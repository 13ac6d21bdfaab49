"""Frozen records that all modules share: pins, templates, questions, tools, steps and proofs.

Not here: behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Pins:
    """The pinned versions of `templates/_shared/versions.yml`, under the names used there."""

    catalogue_source: str
    catalogue_version: str
    worker_version: str
    worker_build_version: str
    wasm_bindgen_version: str
    wrangler_version: str
    compatibility_date: str
    rust_version: str
    nightly_date: str
    minimum_rust_version: str
    node_version: str
    minimum_node_version: str
    binaryen_version: str
    esbuild_version: str


@dataclass(frozen=True)
class Binding:
    """A binding of a worker: its kind, and its name in wrangler.toml."""

    kind: str
    name: str


@dataclass(frozen=True)
class Template:
    """A template of the catalogue, as its manifest describes it.

    Args:
        id: The folder's name, and the value of the `template` answer.
        title: A word or two.
        summary: One sentence.
        bindings: The worker's bindings.
        plan: The Cloudflare plan that it needs: `free` or `paid`.
        login: Whether running it locally needs a Cloudflare login.
        limits: Sentences about limits of the platform.
        tools: The tools that validating it needs in addition to the usual ones.
    """

    id: str
    title: str
    summary: str
    bindings: tuple[Binding, ...]
    plan: str
    login: bool
    limits: tuple[str, ...]
    tools: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question of a template.

    Args:
        name: The answer's key.
        type: Copier's type: `str`, `int` or `bool`.
        help: The question's text.
        default: The answer used if none is given.
        choices: Label and value of each allowed answer; empty if any value is allowed.
        placeholder: An example, shown while the field is empty.
    """

    name: str
    type: str
    help: str
    default: Any
    choices: tuple[tuple[str, Any], ...] = ()
    placeholder: str = ""


@dataclass(frozen=True)
class Tool:
    """A row of `scaffold doctor`: one tool, and whether it is usable.

    Args:
        name: The tool's name.
        needed: The required version, in words.
        found: The installed version, or an empty string.
        is_ok: Whether the installed version is usable.
        path: The path of the program, or an empty string.
        fix: The command that installs it.
        is_exact: Whether it is the version that the catalogue was tested with.
        is_needed: Whether a validation needs it.
    """

    name: str
    needed: str
    found: str
    is_ok: bool
    path: str = ""
    fix: str = ""
    is_exact: bool = True
    is_needed: bool = True


@dataclass(frozen=True)
class Toolchain:
    """The tools that build and run a worker; each one has been run successfully.

    Args:
        path: Folders to put in front of the user's PATH.
        variables: Additional environment variables.
        rust_release: The release of rustc, such as `1.96.0`.
        node_modules: The folder that holds the pinned wrangler.
        target: The build folder that all validations share.
        unwinding: The toolchain for projects whose panics unwind; None without a nightly.
    """

    path: tuple[Path, ...]
    variables: dict[str, str]
    rust_release: str
    node_modules: Path
    target: Path
    unwinding: Toolchain | None = None


@dataclass(frozen=True)
class CompletedProgram:
    """A program that has ended.

    Args:
        argv: The program and its arguments.
        code: The exit code; negative if a signal ended the program.
        seconds: The run time.
        output: Standard output and standard error, interleaved as written.
        timed_out: Whether the program was stopped at its time limit.
    """

    argv: tuple[str, ...]
    code: int
    seconds: float
    output: str
    timed_out: bool = False

    @property
    def is_ok(self) -> bool:
        """Whether the program exited by itself with code 0."""
        return self.code == 0 and not self.timed_out


@dataclass(frozen=True)
class StepResult:
    """The result of one step of a validation.

    Args:
        name: `install`, `build`, `start`, `exchanges`, `rust-tests` or `worker-tests`.
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
    """

    project: str
    steps: tuple[StepResult, ...]
    wasm_bytes: int = 0
    wasm_gzip_bytes: int = 0
    rust_release: str = ""
    rust_pinned: str = ""
    kept: str = ""

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
        """`proven`, `failed`, or `no exchanges` if a step had nothing to run."""
        if not self.is_ok:
            return "failed"
        return "proven" if self.is_proven else "no exchanges"

    @property
    def seconds(self) -> float:
        """The run time of all steps together."""
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True)
class NewRequest:
    """The arguments of `scaffold new`; None means not given."""

    destination: Path | None
    template: str | None
    answers: dict[str, Any] = field(default_factory=dict)
    additions: tuple[str, ...] = ()
    validate: bool | None = None
    use_defaults: bool = False
    yes: bool = False
    git: bool = True
    dry_run: bool = False
    interactive: bool = False

    @property
    def may_prompt(self) -> bool:
        """Whether questions may be asked on the terminal."""
        return self.interactive and not self.use_defaults
