"""The nouns of the scaffolder: plain frozen records that every module may pass on.

Not here: anything that does something.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Pins:
    """The pinned tuple of `templates/_shared/versions.yml`, by its names there."""

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
    """Something that a worker is bound to: its kind, and its name in wrangler.toml."""

    kind: str
    name: str


@dataclass(frozen=True)
class Template:
    """A template of the catalogue, as its manifest describes it.

    Args:
        id: The folder's name, and the value of the `template` answer.
        title: A word or two.
        summary: One sentence.
        bindings: What the worker is bound to.
        plan: `free` or `paid`: what it needs at Cloudflare.
        login: Whether running it locally needs a Cloudflare login.
        limits: Sentences about what the platform limits.
        tools: What it is proven with beyond the usual tools.
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
        help: The sentence that asks.
        default: The answer that is taken where none is given.
        choices: Label and value of each allowed answer; empty where any will do.
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
    """A tool as the doctor found it.

    Args:
        name: What it is called.
        needed: The version that is needed, in words.
        found: The version that is there, or an empty text.
        is_ok: Whether it will do.
        path: Where it is, or an empty text.
        fix: How to get it.
        is_exact: Whether it is the very version that the catalogue was tested with.
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
    """Everything that building and running a worker takes, found and proven.

    Args:
        path: Folders to put before the user's PATH, first one first.
        variables: Further environment variables.
        rust_release: The release of rustc that builds, such as `1.96.0`.
        node_modules: The folder that holds the pinned wrangler.
        target: The build folder that all validations share.
        unwinding: The same for projects whose panics unwind, where there is a nightly.
    """

    path: tuple[Path, ...]
    variables: dict[str, str]
    rust_release: str
    node_modules: Path
    target: Path
    unwinding: Toolchain | None = None


@dataclass(frozen=True)
class Ran:
    """A program that has ended.

    Args:
        argv: What was run.
        code: Its exit code; negative where a signal ended it.
        seconds: How long it ran.
        output: What it wrote to standard output and standard error, in order.
        timed_out: Whether it was ended because its time was over.
    """

    argv: tuple[str, ...]
    code: int
    seconds: float
    output: str
    timed_out: bool = False

    @property
    def is_ok(self) -> bool:
        """Whether the program ended by itself with code 0."""
        return self.code == 0 and not self.timed_out


@dataclass(frozen=True)
class StepResult:
    """One step of a validation.

    Args:
        name: `install`, `build`, `start`, `smoke`, `rust-tests` or `worker-tests`.
        status: `ok`, `failed`, `none` (there was nothing to run) or `not run`.
        seconds: How long it took.
        summary: One phrase: what was seen.
        details: The lines that explain a failure.
        log: The file that holds the whole output.
    """

    name: str
    status: str
    seconds: float = 0.0
    summary: str = ""
    details: tuple[str, ...] = ()
    log: str = ""


@dataclass(frozen=True)
class Proof:
    """What a validation of one project found.

    Args:
        project: The project's folder, or the template's id.
        steps: Every step in its order.
        wasm_bytes: Size of the built wasm file.
        wasm_gzip_bytes: The same, compressed with gzip at level 9.
        rust_release: The rustc that built it.
        rust_pinned: The rustc that the catalogue was tested with.
        kept: The folder that it was built in, where that was kept.
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
        """Whether nothing failed."""
        return all(step.status in {"ok", "none"} for step in self.steps)

    @property
    def is_proven(self) -> bool:
        """Whether every step was run and none failed."""
        return all(step.status == "ok" for step in self.steps)

    @property
    def verdict(self) -> str:
        """`proven`, `failed`, or `no smoke test` where it has none."""
        if not self.is_ok:
            return "failed"
        return "proven" if self.is_proven else "no smoke test"

    @property
    def seconds(self) -> float:
        """How long all steps took together."""
        return sum(step.seconds for step in self.steps)


@dataclass(frozen=True)
class NewRequest:
    """What `scaffold new` was asked for; None means that it was left open."""

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
    def asks(self) -> bool:
        """Whether somebody is there to answer, and wants to be asked."""
        return self.interactive and not self.use_defaults
