"""`scaffold validate` from its arguments to its verdict, with fake tools on a real path."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from scaffolder.catalogue import manifests
from scaffolder.commands import validate
from scaffolder.system import parallel
from scaffolder.toolchain import child_environment, provision
from scaffolder.ui.report import Report
from scaffolder.validation import pipeline, tree_copy, working_copy

from .check import write
from .conftest import Scaffold, tree
from .fakes import stage as stages
from .fakes.stage import Stage
from .fakes.toolbox import Toolbox
from .terminal import LIMIT, SCAFFOLD

STEPS = ["install", "build", "start", "smoke", "rust-tests", "worker-tests"]


@pytest.fixture
def stage(scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:  # noqa: ARG001 - ours comes after
    return stages.set_up(tmp_path / "stage", monkeypatch)


def proof_of(scaffold: Scaffold, project: Path, *words: str) -> dict[str, Any]:
    proof: dict[str, Any]
    (proof,) = scaffold("validate", str(project), "--json", *words).document["proofs"]
    return proof


def statuses(proof: dict[str, Any]) -> list[str]:
    return [step["status"] for step in proof["steps"]]


def step(proof: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(step for step in proof["steps"] if step["name"] == name)
    return found


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- the verdict ---------------------------------------------------------------------------


def test_a_project_is_proven_when_every_step_is_passed(scaffold: Scaffold, stage: Stage) -> None:
    outcome = scaffold("validate", str(stage.project()), "--json")

    (proof,) = outcome.document["proofs"]
    assert (outcome.code, proof["verdict"]) == (0, "proven")
    assert [step["name"] for step in proof["steps"]] == STEPS
    assert statuses(proof) == ["ok"] * 6


def test_the_summaries_say_what_was_seen(scaffold: Scaffold, stage: Stage) -> None:
    proof = proof_of(scaffold, stage.project())
    size, gzipped = len(stages.WASM), len(gzip.compress(stages.WASM, 9))

    assert (proof["wasm_bytes"], proof["wasm_gzip_bytes"]) == (size, gzipped)
    assert step(proof, "build")["summary"] == f"wasm {size:,} bytes, {gzipped:,} gzipped"
    assert step(proof, "smoke")["summary"] == "1 answered as promised"
    assert step(proof, "rust-tests")["summary"] == "4 passed"
    assert step(proof, "worker-tests")["summary"] == "2 passed"


def test_each_step_is_told_on_the_way_and_the_verdict_is_the_result(scaffold: Scaffold, stage: Stage) -> None:
    outcome = scaffold("validate", str(stage.project()))

    assert [line.split()[:2] for line in outcome.err.splitlines()[1:]] == [["ok", name] for name in STEPS]
    assert outcome.out.startswith("proven: guest-book in ")
    assert "wasm 1,004 bytes" in outcome.out


def test_this_folder_is_validated_when_none_is_named(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stage.project())

    assert scaffold("validate").out.startswith("proven: guest-book in ")


def test_a_project_without_a_smoke_test_is_never_called_proven(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project()
    (project / "tests" / "smoke.toml").unlink()

    outcome = scaffold("validate", str(project), "--json")

    (proof,) = outcome.document["proofs"]
    assert (outcome.code, proof["verdict"]) == (0, "no smoke test")
    assert statuses(proof) == ["ok", "ok", "ok", "none", "ok", "ok"]


def bare(stage: Stage, *without: str, **plays: str) -> Path:
    """Make a project that lacks some of its tests."""
    project = stage.project(**plays)
    for name in without:
        (project / name).unlink()
    if "src/lib.rs" in without:
        (project / "src" / "lib.rs").write_text("//! `#[cfg(unix)]` is no test.\n", encoding="utf-8")
    return project


EVERY_TEST = ("tests/smoke.toml", "src/lib.rs", "package.json", "tests/worker.test.mjs")


@pytest.mark.parametrize(
    ("without", "verdict"),
    [
        (EVERY_TEST, "started, not proven"),
        (("src/lib.rs",), "no Rust test"),
        (("package.json",), "no worker test"),
        (("tests/smoke.toml", "src/lib.rs"), "no smoke test and no Rust test"),
    ],
)
def test_a_project_without_tests_is_not_proven_and_has_failed_where_that_is_asked_for(
    scaffold: Scaffold, stage: Stage, without: tuple[str, ...], verdict: str
) -> None:
    project = bare(stage, *without)

    plain, strict = (
        scaffold("validate", str(project), "--json"),
        scaffold("validate", str(project), "--strict", "--json"),
    )

    assert (plain.code, strict.code) == (0, 1)
    assert [outcome.document["proofs"][0]["verdict"] for outcome in (plain, strict)] == [verdict] * 2
    assert f"guest-book is not proven: {verdict}" in scaffold("validate", str(project), "--strict").err


def test_a_proven_project_passes_strictly(scaffold: Scaffold, stage: Stage) -> None:
    assert scaffold("validate", str(stage.project()), "--strict").code == 0


@pytest.mark.parametrize(
    ("step_name", "plays"),
    [("rust-tests", {"cargo_test": "echo 'test result: ok. 0 passed; 0 failed'"}), ("worker-tests", {"npm_test": ":"})],
)
def test_tests_that_are_there_and_not_run_are_a_failure(
    scaffold: Scaffold, stage: Stage, step_name: str, plays: dict[str, str]
) -> None:
    outcome = scaffold("validate", str(stage.project(**plays)), "--json")

    assert outcome.code == 1
    assert step(outcome.document["proofs"][0], step_name)["summary"] == "no test was run"


@pytest.mark.parametrize("script", ["node --test", 'echo \\"Error: no test specified\\" && exit 1'])
def test_a_test_script_without_a_test_is_none(scaffold: Scaffold, stage: Stage, script: str) -> None:
    project = bare(stage, "tests/worker.test.mjs", npm_test="echo '# pass 0'")
    (project / "package.json").write_text(f'{{"scripts": {{"test": "{script}"}}}}', encoding="utf-8")

    assert proof_of(scaffold, project)["verdict"] == "no worker test"


@pytest.mark.parametrize(
    "total",
    [" Tests  2 passed (2)", " Tests  1 failed | 2 passed (3)", "Tests:       2 passed, 2 total", "  2 passing (9ms)"],
)
def test_the_tests_of_other_runners_are_counted(scaffold: Scaffold, stage: Stage, total: str) -> None:
    project = stage.project(npm_test=f"echo '{total}'")

    assert step(proof_of(scaffold, project), "worker-tests")["summary"] == "2 passed"


# --- failures ------------------------------------------------------------------------------

COMPILER = """\
echo '   Compiling guest-book v0.1.0'
echo 'warning: unused variable: `x`'
echo
echo 'error[E0425]: cannot find value `y` in this scope'
echo ' --> src/lib.rs:7:5'
echo
echo 'error: could not compile `guest-book` (lib) due to 1 previous error'
exit 101"""

FAILURES = {
    "the build fails": (
        "build",
        {"build": COMPILER},
        ["error[E0425]: cannot find value `y` in this scope", " --> src/lib.rs:7:5"],
    ),
    "the build makes no wasm": ("build", {"build": "echo made nothing"}, ["made nothing"]),
    "the worker throws at start": (
        "start",
        {"dev": "echo '[ERROR] Uncaught Error: boom'; exec sleep 1000"},
        ["[ERROR] Uncaught Error: boom"],
    ),
    "the dev server ends": ("start", {"dev": "echo 'no such port'; exit 1"}, ["no such port"]),
    "the worker is never ready": ("start", {"dev": "echo 'still thinking'; exec sleep 1000"}, ["still thinking"]),
    "a Rust test fails": (
        "rust-tests",
        {"cargo_test": "printf 'test a ... FAILED\\n\\nfailures:\\n\\n---- a stdout ----\\nleft: 1\\n'; exit 101"},
        ["---- a stdout ----", "left: 1"],
    ),
    "no Rust test is run": ("rust-tests", {"cargo_test": "echo 'test result: ok. 0 passed; 0 failed'"}, []),
    "a worker test fails": (
        "worker-tests",
        {"npm_test": "printf '# pass 1\\n# fail 1\\n\\nfailing tests:\\n\\nit greets\\n'; exit 1"},
        ["it greets"],
    ),
    "no worker test is run": ("worker-tests", {"npm_test": "echo '# pass 0'"}, []),
}
"""The step that fails, the plays that make it fail, and the details that explain it."""


def test_a_member_of_an_npm_workspace_gets_its_packages_at_the_root(scaffold: Scaffold, stage: Stage) -> None:
    asked = stage.folder / "asked"
    project = stage.project()
    listed = {"": {}, "guest-book": {}, "node_modules/guest-book": {"link": True}}
    files = {
        "package.json": '{"workspaces": ["guest-*"]}',
        "package-lock.json": json.dumps({"packages": listed}),
        "plays/npm-ci": f"echo $PWD $* > {asked}; mkdir -p node_modules/wrangler",
        "guest-book/package.json": '{"scripts": {"prepare": "sh ../plays/npm-ci", "test": "x"}}',
    }
    write(stage.folder, files)

    proof = proof_of(scaffold, project)

    assert (proof["verdict"], step(proof, "install")["summary"]) == ("proven", "npm ci")
    where, *words = asked.read_text(encoding="utf-8").split()
    assert where.startswith(f"{stage.cache}/work/guest-book-")
    assert words == ["ci", "--no-audit", "--no-fund", "--workspace=guest-book", "--include-workspace-root"]
    assert not (stage.folder / "node_modules").exists()


def test_a_project_with_a_package_beside_it_gets_it_by_npm_without_a_lock(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project()
    write(project, {"package.json": '{"dependencies": {"lib": "file:../lib"}}'})
    write(stage.folder, {"lib/package.json": '{"name": "lib"}'})

    assert step(proof_of(scaffold, project), "install")["summary"] == "npm install"


BELIEVES = "error: current package believes it's in a workspace when it's not:"


def test_a_project_that_cargo_refuses_where_it_lies_is_not_proven(scaffold: Scaffold, stage: Stage) -> None:
    asked = stage.folder / "asked"
    refused = f"echo \"{BELIEVES}\"; echo 'current: Cargo.toml'; exit 101"
    project = stage.project(cargo_metadata=f'echo "$PWD $*" >> {asked}; {refused}')

    failed = step(proof_of(scaffold, project), "build")

    assert failed["summary"] == f"cargo refuses {project}, where the project lies"
    assert failed["details"] == [BELIEVES, "current: Cargo.toml"]
    where, _, words = asked.read_text(encoding="utf-8").strip().partition(" ")
    assert where == str(project)
    assert words.startswith("metadata ")
    assert words.endswith(f"--no-deps --offline --manifest-path {project}/Cargo.toml")


def test_the_lock_of_a_project_must_fit_where_it_lies(scaffold: Scaffold, stage: Stage) -> None:
    asked = stage.folder / "asked"
    project = stage.project(cargo_metadata=f"echo $* >> {asked}")
    make_workspace(project, "workers/front", "workers/back")
    (project / "Cargo.lock").write_text("version = 4\n", encoding="utf-8")

    assert proof_of(scaffold, project)["verdict"] == "proven"

    calls = asked.read_text(encoding="utf-8").splitlines()
    assert [
        " --locked " in call and call.endswith(f"/{name}/Cargo.toml")
        for call, name in zip(calls, ("front", "back"), strict=True)
    ] == [True, True]


def test_a_change_of_a_crate_beside_the_project_is_built(scaffold: Scaffold, stage: Stage, builds: Path) -> None:
    again = "worker-build --release || exit 1"
    project = stage.project(
        build="worker-build --release", npm_test=f"echo >> ../common/src/lib.rs; {again}; {stages.PLAYS['npm-test']}"
    )
    with (project / "Cargo.toml").open("a", encoding="utf-8") as manifest:
        manifest.write('[dependencies]\ncommon = { path = "../common" }\n')
    write(stage.folder / "common", {"Cargo.toml": '[package]\nname = "common"\n', "src/lib.rs": ""})

    assert proof_of(scaffold, project)["verdict"] == "proven"

    assert len(builds.read_text(encoding="utf-8").splitlines()) == 2
    assert (stage.folder / "common" / "src" / "lib.rs").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_at_its_step_and_stops_the_later_ones(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    failing, plays, details = FAILURES[name]
    monkeypatch.setattr(pipeline, "START_LIMIT", 1.0)

    outcome = scaffold("validate", str(stage.project(**plays)), "--json")

    (proof,) = outcome.document["proofs"]
    number = STEPS.index(failing)
    assert (outcome.code, proof["verdict"]) == (1, "failed")
    assert statuses(proof) == ["ok"] * number + ["failed"] + ["not run"] * (5 - number)
    assert step(proof, failing)["details"] == details


def test_a_failure_ends_in_one_block_with_the_first_error_and_the_log(scaffold: Scaffold, stage: Stage) -> None:
    outcome = scaffold("validate", str(stage.project(build=COMPILER)))

    block = outcome.err[outcome.err.index("failed: ") :].splitlines()
    assert block[0] == "failed: guest-book failed at build: sh -c sh plays/build exited with code 101"
    assert block[-2:] == ["  | error[E0425]: cannot find value `y` in this scope", "  |  --> src/lib.rs:7:5"]
    log = Path(block[1].removeprefix("  where  "))
    assert "could not compile" in log.read_text(encoding="utf-8")
    assert len(block) < 12


def test_another_answer_than_promised_shows_the_difference_and_what_the_worker_said(
    scaffold: Scaffold, stage: Stage
) -> None:
    project = stage.project()
    (project / "plays" / "name").write_text("somebody-else", encoding="utf-8")

    details = step(proof_of(scaffold, project), "smoke")["details"]

    assert details[:2] == ["GET / greets: GET /", "text is 'Hello from somebody-else', not 'Hello from guest-book'"]
    assert details[-1] == "answered"


def test_a_list_of_no_exchange_is_a_failure(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project()
    (project / "tests" / "smoke.toml").write_text("# none yet\n", encoding="utf-8")

    exchanges = step(proof_of(scaffold, project), "smoke")

    assert exchanges["status"] == "failed"
    assert exchanges["summary"] == "there is no exchange in tests/smoke.toml"


def test_exchanges_that_cannot_be_read_are_refused(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project()
    (project / "tests" / "smoke.toml").write_text("[[exchange]]\nname = 'x'\n", encoding="utf-8")

    outcome = scaffold("validate", str(project))

    assert outcome.code == 2
    assert "an exchange has no request" in outcome.err


@pytest.mark.parametrize("config", [None, "name = \n"], ids=["no wrangler.toml", "one that does not parse"])
def test_a_folder_that_is_no_project_is_refused_before_anything_is_run(
    scaffold: Scaffold, stage: Stage, config: str | None
) -> None:
    project = stage.project()
    (project / "wrangler.toml").unlink()
    if config is not None:
        (project / "wrangler.toml").write_text(config, encoding="utf-8")

    assert scaffold("validate", str(project)).code == 2
    assert not (stage.cache / "work").exists()


def test_missing_tools_are_named_with_the_command_that_gets_them(scaffold: Scaffold, stage: Stage) -> None:
    for tools in (stage.cache / "tools").glob("npm-*/node_modules/.bin/wrangler"):
        tools.unlink()

    outcome = scaffold("validate", str(stage.project()))

    assert outcome.code == 3
    assert "wrangler: needed exactly" in outcome.err
    assert "scaffold setup" in outcome.err


def test_a_worker_with_a_jsonc_file_is_proven_like_any_other(scaffold: Scaffold, stage: Stage) -> None:
    words = stage.folder / "words"
    project = stage.project(dev=f"echo $* >> {words}; [ $1 = d1 ] && exit; {stages.PLAYS['dev']}")
    (project / "wrangler.toml").unlink()
    config = """{
  // Built by a command of its own.
  "name": "guest-book",
  "build": { "command": "sh plays/build" },
  "d1_databases": [{ "binding": "DB", "migrations_dir": "sql" }],
}
"""
    (project / "wrangler.jsonc").write_text(config, encoding="utf-8")
    (project / "sql").mkdir()

    proof = proof_of(scaffold, project)

    assert proof["verdict"] == "proven"
    assert words.read_text(encoding="utf-8").startswith("d1 migrations apply DB --local ")


def test_each_worker_of_a_workspace_is_served_by_its_own_sort_of_file(scaffold: Scaffold, stage: Stage) -> None:
    words = stage.folder / "words"
    project = stage.project(dev=f"echo $* > {words}; {stages.PLAYS['dev']}")
    make_workspace(project, "workers/front", "workers/back")
    (project / "workers" / "back" / "wrangler.toml").unlink()
    config = {"name": "back", "build": {"command": "cd workers/back && sh ../../plays/build"}}
    (project / "workers" / "back" / "wrangler.json").write_text(json.dumps(config), encoding="utf-8")

    assert proof_of(scaffold, project)["verdict"] == "proven"

    served = words.read_text(encoding="utf-8").split()
    assert served[1:5] == ["--config", "workers/front/wrangler.toml", "--config", "workers/back/wrangler.json"]


def test_a_folder_without_a_wrangler_file_is_refused_by_what_it_lacks(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project()
    (project / "wrangler.toml").unlink()

    outcome = scaffold("validate", str(project))

    assert outcome.code == 2
    assert "neither the folder nor a member of its Cargo workspace has a wrangler file" in outcome.err


# --- one build for all steps ---------------------------------------------------------------

BUILDER = """\
[ "$1" = --version ] && exec echo worker-build {version}
echo "$*" >> {calls}
mkdir -p build && cp plays/built build/index_bg.wasm && touch build/index.js
"""


@pytest.fixture
def builds(stage: Stage) -> Path:
    """Return the file in which worker-build notes the arguments of each of its builds."""
    calls = stage.folder / "calls"
    stage.folder.mkdir()
    script = BUILDER.format(version=manifests.pins().worker_build_version, calls=calls)
    Toolbox(stage.folder.parent / "machine").add("worker-build", script)
    return calls


REBUILDS = {
    "no input is newer": ("", 1),
    "an input is newer": ("echo >> src/lib.rs; ", 2),
    "the build is gone": ("rm -r build; ", 2),
    "only local variables and tools are newer": ("touch .dev.vars .wrangler/state node_modules/tool; ", 1),
}
"""What happens between the build and the tests, and how often worker-build builds then."""


@pytest.mark.parametrize("name", REBUILDS)
def test_wrangler_and_the_tests_do_not_build_again_what_was_built(
    scaffold: Scaffold, stage: Stage, builds: Path, name: str
) -> None:
    change, number = REBUILDS[name]
    again = "worker-build --release || exit 1; test -e build/index_bg.wasm || exit 1"
    project = stage.project(
        build="worker-build --version | grep worker-build && worker-build --release",
        dev=f"{again}; {stages.PLAYS['dev']}",
        npm_test=f"{change}{again}; {stages.PLAYS['npm-test']}",
    )

    assert proof_of(scaffold, project)["verdict"] == "proven"

    assert builds.read_text(encoding="utf-8").splitlines() == ["--release"] * number


def test_a_build_with_other_arguments_is_run(scaffold: Scaffold, stage: Stage, builds: Path) -> None:
    project = stage.project(
        build="worker-build --release", npm_test=f"worker-build --dev || exit 1; {stages.PLAYS['npm-test']}"
    )

    assert proof_of(scaffold, project)["verdict"] == "proven"

    assert builds.read_text(encoding="utf-8").splitlines() == ["--release", "--dev"]


def test_a_build_that_failed_is_tried_again(scaffold: Scaffold, stage: Stage, builds: Path) -> None:
    failing = "mv plays/built away; worker-build --release && exit 1; mv away plays/built"
    project = stage.project(build=f"{failing}; worker-build --release")

    assert proof_of(scaffold, project)["verdict"] == "proven"

    assert builds.read_text(encoding="utf-8").splitlines() == ["--release", "--release"]


# --- one step alone ------------------------------------------------------------------------

GOALS = {
    "build": ["install", "build"],
    "start": ["install", "build", "start"],
    "smoke": ["install", "build", "start", "smoke"],
    "rust-tests": ["rust-tests"],
    "worker-tests": ["install", "worker-tests"],
}


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_runs_the_steps_that_it_needs_alone_and_proves_nothing(
    stage: Stage, scaffold: Scaffold, goal: str
) -> None:
    assert scaffold("doctor").code == 0
    report = Report("validate", as_json=True)

    (proof,) = validate.validate([("x", stage.project())], provision.find_tools(), report, keep=False, goal=goal)

    assert [each.name for each in proof.steps if each.status == "ok"] == GOALS[goal]
    assert [each.name for each in proof.steps if each.status == "not run"] == [
        name for name in STEPS if name not in GOALS[goal]
    ]
    assert proof.verdict != "proven"


# --- a project whose panics unwind ---------------------------------------------------------


@pytest.fixture
def unwinding(stage: Stage) -> Path:
    """A project that is built with the option, and that notes the rustup it is built with."""
    project = stage.project(
        "unwinding", build=f"echo $RUSTUP_HOME > {stage.folder}/rustup-of-$1; {stages.PLAYS['build']}"
    )
    config = project / "wrangler.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("plays/build", "plays/build --panic-unwind"), encoding="utf-8")
    return project


def test_a_project_that_unwinds_is_refused_without_a_nightly(scaffold: Scaffold, unwinding: Path) -> None:
    outcome = scaffold("validate", str(unwinding))

    assert outcome.code == 3
    assert "nightly: needed exactly" in outcome.err
    assert "scaffold setup --for panic-unwind\n" in outcome.err


def test_a_project_that_is_to_unwind_is_not_made_where_it_cannot_be_proven(
    scaffold: Scaffold, stage: Stage, here: Path
) -> None:
    Toolbox(stage.folder.parent / "machine").rustup_with_nightly()
    words = ("new", "made", "--template", "hello", "--defaults", "--validate", "--set", "panic_unwind=true")

    outcome = scaffold(*words)

    assert outcome.code == 3
    assert "scaffold setup --for panic-unwind, or make the project without a validation" in outcome.err
    assert not (here / "made").exists()
    assert list((stage.cache / "tools").glob("nightly*")) == []


def test_only_the_project_that_unwinds_is_built_with_rustups_nightly(
    scaffold: Scaffold, stage: Stage, unwinding: Path
) -> None:
    other = stage.project("other", build=f"test -z $RUSTUP_HOME && {stages.PLAYS['build']}")
    Toolbox(stage.folder.parent / "machine").rustup_with_nightly()
    assert scaffold("setup", "--for", "panic-unwind").code == 0

    proofs = scaffold("validate", str(unwinding), str(other), "--json").document["proofs"]

    home = stage.cache / "tools" / f"nightly-{manifests.pins().nightly_date}"
    assert [proof["verdict"] for proof in proofs] == ["proven", "proven"]
    assert (stage.folder / "rustup-of---panic-unwind").read_text(encoding="utf-8") == f"{home}\n"


def test_a_shell_gets_rustups_nightly_only_if_it_asks(scaffold: Scaffold, stage: Stage) -> None:
    Toolbox(stage.folder.parent / "machine").rustup_with_nightly()
    assert scaffold("setup", "--for", "panic-unwind").code == 0

    usual = scaffold("env", "--json").document["environment"]
    unwinding = scaffold("env", "--for", "panic-unwind", "--json").document["environment"]

    assert unwinding.keys() - usual.keys() == {"RUSTUP_HOME", "RUSTUP_TOOLCHAIN"}
    assert unwinding["PATH"].endswith(usual["PATH"])


# --- what is left behind -------------------------------------------------------------------


@pytest.mark.promise("no-write-outside", kind="other")
@pytest.mark.parametrize("build", [stages.PLAYS["build"], COMPILER], ids=["proven", "failed"])
def test_nothing_leaks_into_the_project(scaffold: Scaffold, stage: Stage, build: str) -> None:
    project = stage.project(build=build)
    before = tree(project)

    scaffold("validate", str(project))

    assert tree(project) == before
    assert list((stage.cache / "work").glob("guest-book-*[!k]")) == []


def test_what_the_project_built_before_is_not_taken_for_the_result(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project(build="echo made nothing")
    (project / "build").mkdir()
    (project / "build" / "index_bg.wasm").write_bytes(stages.WASM)

    assert step(proof_of(scaffold, project), "build")["summary"] == "no wasm file was built"


def test_the_copy_stays_if_it_is_to_be_kept(scaffold: Scaffold, stage: Stage) -> None:
    proof = proof_of(scaffold, stage.project(), "--keep")

    assert (Path(proof["kept"]) / "build" / "index_bg.wasm").read_bytes() == stages.WASM
    assert "  built in " in scaffold("validate", str(stage.folder / "guest-book"), "--keep").out


def test_logs_are_kept_and_the_oldest_are_dropped(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_copy, "KEPT_LOGS", 2)
    for stamp in ("20200101-000000-old-1", "20200102-000000-old-1"):
        (stage.cache / "logs" / stamp).mkdir(parents=True)

    proof = proof_of(scaffold, stage.project())

    assert "building" in Path(step(proof, "build")["log"]).read_text(encoding="utf-8")
    assert min(path.name for path in (stage.cache / "logs").iterdir()) == "20200102-000000-old-1"
    assert len(list((stage.cache / "logs").iterdir())) == 2


def test_the_dev_server_is_gone_when_its_smoke_test_is_over(scaffold: Scaffold, stage: Stage) -> None:
    pids = stage.folder / "pids"
    dev = f"echo $$ >> {pids}; {stages.PLAYS['dev']}"
    is_gone = f"kill -0 $(cat {pids}) 2>/dev/null && exit 1; {stages.PLAYS['cargo-test']}"

    assert proof_of(scaffold, stage.project(dev=dev, cargo_test=is_gone))["verdict"] == "proven"


# --- packages ------------------------------------------------------------------------------


def lock(project: Path, **packages: str) -> None:
    listed = {f"node_modules/{name}": {"version": version} for name, version in packages.items()}
    text = json.dumps({"packages": {"": {"name": "guest-book"}, **listed}})
    (project / "package-lock.json").write_text(text, encoding="utf-8")


def test_a_project_with_the_catalogues_packages_gets_the_tool_folders(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project(npm_ci="exit 1")
    lock(project, wrangler="4.164.0")

    install = step(proof_of(scaffold, project), "install")

    assert (install["status"], install["summary"]) == ("ok", "wrangler 4.164.0 from the tool folder")


@pytest.mark.parametrize(
    "packages", [{"wrangler": "4.164.1"}, {"wrangler": "4.164.0", "left-pad": "1.0.0"}], ids=["another", "one more"]
)
def test_a_project_with_other_packages_gets_them_by_npm_ci(
    scaffold: Scaffold, stage: Stage, packages: dict[str, str]
) -> None:
    project = stage.project(build=f"test -e was-ci && {stages.PLAYS['build']}")
    lock(project, **packages)

    proof = proof_of(scaffold, project)

    assert step(proof, "install")["summary"] == "npm ci"
    assert step(proof, "build")["status"] == "ok"


def test_packages_that_cannot_be_had_are_a_failure(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project(npm_ci="echo 'npm error 404 left-pad'; exit 1")
    lock(project, **{"left-pad": "1.0.0"})

    install = step(proof_of(scaffold, project), "install")

    assert (install["summary"], install["details"]) == ("npm ci failed", ["npm error 404 left-pad"])


@pytest.mark.parametrize(("members", "code"), [('["."]', 2), ('["./"]', 2), ('["a**b"]', 2), ("[1]", 2), ('"x"', 2)])
def test_members_that_hold_no_worker_are_refused(scaffold: Scaffold, stage: Stage, members: str, code: int) -> None:
    project = stage.project()
    (project / "wrangler.toml").unlink()
    (project / "Cargo.toml").write_text(f"[workspace]\nmembers = {members}\n", encoding="utf-8")

    assert scaffold("validate", str(project)).code == code


@pytest.mark.parametrize("lock", ["<<<<<<< HEAD", "[]", '{"packages": []}', '{"packages": {"a": 5}}'])
def test_a_lock_that_cannot_be_read_fails_its_own_project_alone(scaffold: Scaffold, stage: Stage, lock: str) -> None:
    bad, good = stage.project("bad"), stage.project("good")
    (bad / "package-lock.json").write_text(lock, encoding="utf-8")

    outcome = scaffold("validate", str(bad), str(good), "--json")

    proofs = outcome.document["proofs"]
    assert [proof["verdict"] for proof in proofs] == ["failed", "proven"]
    assert step(proofs[0], "install")["summary"] == "package-lock.json cannot be read"


def test_a_project_that_was_made_from_a_template_needs_what_that_needs(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHROME_PATH", raising=False)
    monkeypatch.setattr("scaffolder.toolchain.tools.browser.PROGRAMS", ())
    project = stage.project()
    (project / ".copier-answers.yml").write_text("template: leptos\n", encoding="utf-8")

    outcome = scaffold("validate", str(project))

    assert outcome.code == 3
    assert "scaffold setup --for leptos" in outcome.err


def test_two_projects_in_folders_of_one_name_are_told_apart(scaffold: Scaffold, stage: Stage) -> None:
    projects = [stage.project(at=f"{where}/guest-book") for where in ("one", "two")]

    outcome = scaffold("validate", *map(str, projects), "--json")

    assert [proof["project"] for proof in outcome.document["proofs"]] == [str(project) for project in projects]


# --- several projects ----------------------------------------------------------------------


def test_two_projects_of_one_name_each_prove_their_own_worker(scaffold: Scaffold, stage: Stage) -> None:
    first, second = stage.project(at="a/guest-book"), stage.project(at="b/guest-book")
    (second / "plays" / "built").write_bytes(stages.WASM * 2)

    outcome = scaffold("validate", str(first), str(second), "--json", "--keep")

    one, other = outcome.document["proofs"]
    assert (one["wasm_bytes"], other["wasm_bytes"]) == (1004, 2008)
    assert one["kept"] != other["kept"]


def test_all_projects_are_validated_though_the_first_fails(scaffold: Scaffold, stage: Stage) -> None:
    bad, good = stage.project("bad", build=COMPILER), stage.project("good")

    outcome = scaffold("validate", str(bad), str(good), "--json")

    assert outcome.code == 1
    assert [proof["verdict"] for proof in outcome.document["proofs"]] == ["failed", "proven"]
    assert outcome.document["refusal"]["what"].startswith("bad failed at build")


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*SCAFFOLD, *words],
        env=os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_until(program: subprocess.Popen[str], line: str) -> None:
    """Read what a program reports, until a line; on a slow machine others come before it."""
    assert program.stderr is not None
    assert line in iter(program.stderr.readline, "")


def held_up(stage: Stage) -> tuple[str, Path, Path]:
    """Return a build that no second one may join, the folder that it holds, and the file that it waits for."""
    busy, go = stage.folder / "busy", stage.folder / "go"
    wait = f"for try in $(seq 3000); do [ -e {go} ] && break; sleep 0.01; done"
    return f"mkdir {busy} || exit 1; {wait}; rmdir {busy}; {stages.PLAYS['build']}", busy, go


def test_what_a_killed_validation_leaves_is_removed_by_the_next_one(stage: Stage) -> None:
    build, busy, go = held_up(stage)

    with start("validate", str(stage.project("one", build=build))) as killed:
        wait_until(busy.exists)
        killed.kill()
    go.touch()
    work = stage.cache / "work"
    left = [path for path in work.iterdir() if path.is_dir()]
    with start("validate", str(stage.project("other"))) as following:
        said = following.communicate(timeout=LIMIT)

    assert following.returncode == 0, said
    assert left
    assert [path for path in work.iterdir() if path.is_dir()] == []


def test_two_validations_of_one_project_wait_for_each_other(stage: Stage) -> None:
    build, busy, go = held_up(stage)
    project = stage.project(build=build)

    with start("validate", str(project)) as first:
        wait_until(busy.exists)
        with start("validate", str(project)) as second:
            read_until(second, "validating guest-book\n")
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(1)
            go.touch()
            said = [program.communicate(timeout=LIMIT) for program in (first, second)]

    assert [first.returncode, second.returncode] == [0, 0], said


def test_validations_of_two_projects_do_not_wait_for_each_other(stage: Stage) -> None:
    build, busy, go = held_up(stage)

    with start("validate", str(stage.project("one", build=build))) as first:
        wait_until(busy.exists)
        with start("validate", str(stage.project("other"))) as second:
            said = second.communicate(timeout=LIMIT)
        is_first_still_there = first.poll() is None
        go.touch()
        first.communicate(timeout=LIMIT)

    assert second.returncode == 0, said
    assert is_first_still_there


@pytest.mark.promise("no-orphan", "true-words", kind="signal")
@pytest.mark.parametrize(
    ("play", "number"),
    [("build", signal.SIGINT), ("dev", signal.SIGINT), ("dev", signal.SIGHUP), ("cargo-test", signal.SIGTERM)],
)
def test_a_validation_that_is_interrupted_leaves_nothing(stage: Stage, play: str, number: signal.Signals) -> None:
    pids = stage.folder / "pids"
    project = stage.project(**{play.replace("-", "_"): f"sleep 1000 & echo $! > {pids}; echo $$ >> {pids}; wait"})
    program = start("validate", str(project), "--json")
    wait_until(lambda: pids.exists() and len(pids.read_text(encoding="utf-8").split()) == 2)
    program.send_signal(number)
    out, err = program.communicate(timeout=LIMIT)

    assert program.returncode == 130, err
    assert json.loads(out)["exit_code"] == 130
    assert not any(map(is_alive, map(int, pids.read_text(encoding="utf-8").split())))
    assert list((stage.cache / "work").glob("guest-book-*[!k]")) == []


# --- several workers, and databases --------------------------------------------------------


def make_workspace(project: Path, *members: str) -> None:
    """Turn a project of one worker into a workspace of several."""
    config = (project / "wrangler.toml").read_text(encoding="utf-8")
    (project / "wrangler.toml").unlink()
    (project / "Cargo.toml").write_text(f"[workspace]\nmembers = {json.dumps(list(members))}\n", encoding="utf-8")
    for name in ("back", "front"):
        (project / "workers" / name).mkdir(parents=True)
        own = config.replace("guest-book", name).replace("sh plays", f"cd workers/{name} && sh ../../plays")
        (project / "workers" / name / "Cargo.toml").write_text(f'[package]\nname = "{name}"\n', encoding="utf-8")
        (project / "workers" / name / "wrangler.toml").write_text(own, encoding="utf-8")
    build = "mkdir -p build; cp ../../plays/built build/index_bg.wasm; pwd >> ../../../../built"
    (project / "plays" / "build").write_text(build, encoding="utf-8")


@pytest.mark.parametrize("members", [["workers/front", "workers/back"], ["workers/*"]], ids=["listed", "a pattern"])
def test_every_worker_of_a_workspace_is_built_and_all_are_served(
    scaffold: Scaffold, stage: Stage, members: list[str]
) -> None:
    words = stage.folder / "words"
    project = stage.project(dev=f"echo $* > {words}; {stages.PLAYS['dev']}")
    make_workspace(project, *members)

    proof = proof_of(scaffold, project)

    assert (proof["verdict"], proof["wasm_bytes"]) == ("proven", len(stages.WASM))
    order = ["front", "back"] if len(members) == 2 else ["back", "front"]
    served = words.read_text(encoding="utf-8").split()
    assert served[:5] == ["dev", *(word for name in order for word in ("--config", f"workers/{name}/wrangler.toml"))]


def test_a_workspace_waits_for_a_project_that_has_the_name_of_one_of_its_crates(stage: Stage) -> None:
    build, busy, go = held_up(stage)
    first, second = stage.project("one", build=build), stage.project("two", build=build)
    for name in ("front", "back"):
        (first / "workers" / name).mkdir(parents=True)
        (first / "workers" / name / "Cargo.toml").write_text(f'[package]\nname = "{name}"\n', encoding="utf-8")
    with (first / "Cargo.toml").open("a", encoding="utf-8") as manifest:
        manifest.write('\n[workspace]\nmembers = ["workers/*"]\n')
    (second / "Cargo.toml").write_text('[package]\nname = "back"\n', encoding="utf-8")

    with start("validate", str(first)) as program:
        wait_until(busy.exists)
        with start("validate", str(second)) as other:
            read_until(other, "waiting for another validation of the same name to end\n")
            go.touch()
            said = [each.communicate(timeout=LIMIT) for each in (program, other)]

    assert [program.returncode, other.returncode] == [0, 0], said


def add_database(project: Path, binding: str, folder: str = "") -> None:
    with (project / "wrangler.toml").open("a", encoding="utf-8") as config:
        config.write(f'\n[[d1_databases]]\nbinding = "{binding}"\n')
        config.write(f'migrations_dir = "{folder}"\n' if folder else "")
    (project / (folder or "migrations")).mkdir(exist_ok=True)


def test_the_migrations_of_every_database_are_applied_before_the_worker_starts(
    scaffold: Scaffold, stage: Stage
) -> None:
    words = stage.folder / "words"
    project = stage.project(dev=f"echo $* >> {words}; [ $1 = d1 ] && exit; {stages.PLAYS['dev']}")
    add_database(project, "ONE")
    add_database(project, "TWO", "sql")

    assert proof_of(scaffold, project)["verdict"] == "proven"

    called = [line.split() for line in words.read_text(encoding="utf-8").splitlines()]
    assert [call[:4] for call in called[:2]] == [["d1", "migrations", "apply", name] for name in ("ONE", "TWO")]
    assert [call[0] for call in called] == ["d1", "d1", "dev"]
    assert len({call[call.index("--persist-to") + 1] for call in called}) == 1


def test_a_migration_that_fails_is_told_when_the_worker_should_start(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project(dev="echo 'near \"TABEL\": syntax error'; exit 1")
    add_database(project, "DB")

    failed = step(proof_of(scaffold, project), "start")

    assert failed["summary"] == "a D1 migration failed"
    assert failed["details"] == ['near "TABEL": syntax error']


# --- several projects ----------------------------------------------------------------------


def test_projects_are_validated_side_by_side(scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scaffolder.system.parallel.worker_count", lambda: 2)
    one, other = stage.folder / "one-is-busy", stage.folder / "other-is-busy"
    wait_for = "while [ ! -e {} ]; do sleep 0.01; done"
    first = stage.project("one", build=f"touch {one}; {wait_for.format(other)}; {stages.PLAYS['build']}")
    second = stage.project("other", build=f"touch {other}; {wait_for.format(one)}; {stages.PLAYS['build']}")

    outcome = scaffold("validate", str(first), str(second))

    assert outcome.code == 0, outcome.err
    assert outcome.err.splitlines()[0] == "validating 2 projects, 2 at once"
    assert sorted(line.split()[1:3] for line in outcome.err.splitlines()[1:]) == sorted(
        [name, step] for name in ("one", "other") for step in STEPS
    )
    assert re.search(r"^2 of 2 proven in \d+ s, [\d.]+ s for each$", outcome.out, re.MULTILINE)


def test_an_interruption_ends_every_one_of_several_validations(stage: Stage) -> None:
    pids = stage.folder / "pids"
    busy = f"sleep 1000 & echo $! >> {pids}; wait"
    projects = [str(stage.project(name, build=busy)) for name in ("one", "two", "three")]
    program = start("validate", *projects)
    wait_until(
        lambda: pids.exists() and len(pids.read_text(encoding="utf-8").split()) >= min(parallel.worker_count(), 3)
    )
    program.send_signal(signal.SIGINT)
    _, err = program.communicate(timeout=LIMIT)

    assert program.returncode == 130, err
    assert not any(map(is_alive, map(int, pids.read_text(encoding="utf-8").split())))
    assert list((stage.cache / "work").glob("*-[!.]*[!k]")) == []


# --- JUnit ---------------------------------------------------------------------------------


def test_junit_has_a_suite_for_each_project_and_a_case_for_each_step(scaffold: Scaffold, stage: Stage) -> None:
    bad, good = stage.project("bad", build=COMPILER), stage.project("good")
    (good / "tests" / "smoke.toml").unlink()
    file = stage.folder / "junit.xml"

    scaffold("validate", str(bad), str(good), "--junit", str(file))

    suites = ET.parse(file).getroot()  # noqa: S314 - we wrote it
    assert suites.tag == "testsuites"
    assert [(suite.tag, suite.get("name")) for suite in suites] == [("testsuite", "bad"), ("testsuite", "good")]
    assert [[suite.get(key) for key in ("tests", "failures", "errors", "skipped")] for suite in suites] == [
        ["6", "1", "0", "4"],
        ["6", "0", "0", "1"],
    ]
    for suite in suites:
        assert [case.get("name") for case in suite.iter("testcase")] == STEPS
        assert len(list(suite.iter("skipped"))) == int(suite.get("skipped", ""))
        assert float(suite.get("time", "")) == pytest.approx(
            sum(float(case.get("time", "")) for case in suite.iter("testcase")), abs=0.05
        )


def test_junit_tells_what_failed(scaffold: Scaffold, stage: Stage) -> None:
    file = stage.folder / "junit.xml"

    scaffold("validate", str(stage.project(build=COMPILER)), "--junit", str(file))

    (failure,) = ET.parse(file).getroot().iter("failure")  # noqa: S314
    assert failure.get("message") == "sh -c sh plays/build exited with code 101"
    assert failure.text == "error[E0425]: cannot find value `y` in this scope\n --> src/lib.rs:7:5"


def test_junit_parses_whatever_a_tool_printed(scaffold: Scaffold, stage: Stage) -> None:
    file = stage.folder / "junit.xml"
    build = r"printf 'error: <&> \001 \010 \033]0;title\007 \377 \357\277\277\n'; exit 1"

    scaffold("validate", str(stage.project(build=build)), "--junit", str(file))

    (failure,) = ET.parse(file).getroot().iter("failure")  # noqa: S314
    assert failure.text is not None
    assert failure.text.startswith("error: <&> ")


@pytest.mark.parametrize("file", ["", "none/junit.xml"], ids=["a folder", "no folder"])
def test_a_junit_file_that_cannot_be_written_is_refused_before_anything_is_run(
    scaffold: Scaffold, stage: Stage, file: str
) -> None:
    project = stage.project()

    outcome = scaffold("validate", str(project), "--junit", str(stage.folder / file))

    assert outcome.code == 2
    assert "the JUnit file cannot be written" in outcome.err
    assert not (stage.cache / "work").exists()


# --- secrets and links ---------------------------------------------------------------------


def copied(scaffold: Scaffold, project: Path) -> Path:
    """Validate a project, and return the copy that it was built in."""
    outcome = scaffold("validate", str(project), "--json", "--keep")
    assert outcome.code == 0, outcome.err
    return Path(outcome.document["proofs"][0]["kept"])


SECRETS = [".dev.vars", ".dev.vars.production", ".env", ".env.local", "sub/.env.production.local", "sub/.dev.vars"]


@pytest.mark.promise("no-secret", kind="other")
@pytest.mark.parametrize("is_link", [False, True])
def test_files_with_secrets_are_not_copied_and_not_written_through(
    scaffold: Scaffold, stage: Stage, tmp_path: Path, *, is_link: bool
) -> None:
    project = stage.project()
    (project / "sub").mkdir()
    (project / ".dev.vars.example").write_text("TOKEN=example\n")
    (tmp_path / "vault").mkdir()
    for name in SECRETS:
        real = tmp_path / "vault" / name.replace("/", "-") if is_link else project / name
        real.write_text("TOKEN=real\n")
        if is_link:
            (project / name).symlink_to(real)
    before = tree(tmp_path / "vault"), tree(project)

    kept = copied(scaffold, project)

    assert (tree(tmp_path / "vault"), tree(project)) == before
    assert (kept / ".dev.vars").read_text() == "TOKEN=example\n"
    assert not (kept / ".dev.vars").is_symlink()
    held = [path for path in stage.cache.rglob("*") if path.is_file() and b"TOKEN=real" in path.read_bytes()]
    assert held == []


def test_an_example_of_dotenv_is_used_where_there_is_no_other(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project()
    (project / ".env.example").write_text("TOKEN=example\n")
    (project / ".env").write_text("TOKEN=real\n")

    assert (copied(scaffold, project) / ".env").read_text() == "TOKEN=example\n"


def test_a_link_that_the_build_makes_is_not_written_through(scaffold: Scaffold, stage: Stage, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    project = stage.project(build=f"{stages.PLAYS['build']}; ln -sf {theirs} .dev.vars")
    (project / ".dev.vars.example").write_text("TOKEN=example\n")

    copied(scaffold, project)

    assert theirs.read_text() == "theirs"


def test_a_link_out_of_the_project_becomes_a_file_of_the_copy(scaffold: Scaffold, stage: Stage, tmp_path: Path) -> None:
    common = tmp_path / "common"
    common.mkdir()
    (common / "one").write_text("one")
    (common / "again").symlink_to("one")
    (common / "circle").symlink_to(common)
    project = stage.project(build=f"{stages.PLAYS['build']}; for f in file folder/one inner; do echo x >> $f; done")
    (common / "back").symlink_to(project / "inner")
    (project / "inner").write_text("inner")
    (project / "file").symlink_to(common / "one")
    (project / "folder").symlink_to(common)
    (project / "absolute").symlink_to(project / "inner")
    (project / "nowhere").symlink_to("../../nowhere")
    (project / "loop").symlink_to("loop")
    before = tree(common), tree(project)

    kept = copied(scaffold, project)

    assert (tree(common), tree(project)) == before
    links = [path for path in kept.rglob("*") if path.is_symlink() and path.name != "node_modules"]
    assert all(path.resolve().is_relative_to(kept) for path in links)
    assert {path.name for path in links} == {"absolute", "again", "circle", "back"}
    assert (kept / "folder" / "back").read_text() == "innerx\n"


@pytest.mark.parametrize(
    ("target", "why"),
    [("/", "holds the project itself"), ("..", "holds the project itself"), ("../.ssh", "may hold secrets")],
)
def test_a_link_to_what_must_not_be_copied_is_refused(scaffold: Scaffold, stage: Stage, target: str, why: str) -> None:
    project = stage.project()
    (project.parent / ".ssh").mkdir(parents=True)
    (project / "link").symlink_to(target)

    outcome = scaffold("validate", str(project))

    assert outcome.code == 2
    assert why in outcome.err
    assert f"{project / 'link'}" in outcome.err


def test_links_out_of_the_project_lead_to_a_bounded_number_of_files(
    scaffold: Scaffold, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_copy, "MOST_FILES", 2)
    (tmp_path / "common").mkdir()
    for name in "abc":
        (tmp_path / "common" / name).touch()
    project = stage.project()
    (project / "link").symlink_to(tmp_path / "common")

    outcome = scaffold("validate", str(project))

    assert (outcome.code, "more than 2 files" in outcome.err) == (2, True)


def test_a_pipe_in_a_project_is_left_out(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project()
    os.mkfifo(project / "pipe")

    assert not (copied(scaffold, project) / "pipe").exists()


# --- the environment of the steps ----------------------------------------------------------

LOGINS = {
    "CLOUDFLARE_API_TOKEN",
    "CLOUDFLARE_API_KEY",
    "CLOUDFLARE_ENV",
    "CF_API_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "NPM_TOKEN",
    "NODE_AUTH_TOKEN",
    "npm_config_//registry.example/:_authToken",
    "CARGO_REGISTRY_TOKEN",
    "CARGO_REGISTRIES_OURS_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_URL",
    "SSH_AUTH_SOCK",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "SOME_VENDOR_API_KEY",
    "my_password",
}
BUILD = {
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
    "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
    "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTDOCFLAGS",
    "CARGO_PROFILE_RELEASE_OPT_LEVEL",
    "CARGO_PROFILE_DEV_DEBUG",
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
    "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER",
    "CARGO_BUILD_RUSTDOCFLAGS",
    "CARGO_BUILD_DEP_INFO_BASEDIR",
    "CARGO_UNSTABLE_BUILD_STD",
    "CARGO_INCREMENTAL",
    "RUN_TO_COMPLETION",
    "CUSTOM_SHIM",
    "WASM_BINDGEN_EXTERNREF",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_ENV",
    "WRANGLER_BUILD_CONDITIONS",
    "MINIFLARE_WORKERD_PATH",
}
KEPT = {
    "HOME",
    "CARGO_NET_RETRY",
    "CARGO_BUILD_JOBS",
    "WRANGLER_LOG",
    "NODE_EXTRA_CA_CERTS",
    "HTTPS_PROXY",
    "KEYBOARD",
    "MY_SETTING",
}


def seen(kept: Path) -> set[str]:
    """Return the names of the variables that any step got."""
    files = list(kept.glob("*.env"))
    assert files
    return {line.partition("=")[0] for path in files for line in path.read_text().splitlines()}


@pytest.fixture
def dumping(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project whose every step writes the environment that it got."""
    for name in LOGINS | BUILD | KEPT - {"HOME"}:
        monkeypatch.setenv(name, "1")
    plays = {name: f"env > {name}.env; {script}" for name, script in stages.PLAYS.items() if name != "npm-ci"}
    return stage.project(**{name.replace("-", "_"): script for name, script in plays.items()})


def test_no_step_gets_a_login_of_the_user(scaffold: Scaffold, dumping: Path) -> None:
    names = seen(copied(scaffold, dumping))

    assert names & LOGINS == set()
    assert names >= KEPT


def test_a_variable_that_is_named_is_let_through_and_no_other(scaffold: Scaffold, dumping: Path) -> None:
    outcome = scaffold(
        "validate", str(dumping), "--json", "--keep", "--pass-env", "NPM_TOKEN", "--pass-env", "GH_TOKEN"
    )

    kept = Path(outcome.document["proofs"][0]["kept"])
    assert seen(kept) & LOGINS == {"NPM_TOKEN", "GH_TOKEN"}
    assert outcome.document["environment"]["passed"] == ["GH_TOKEN", "NPM_TOKEN"]


def test_variables_that_change_a_build_are_removed_and_named(scaffold: Scaffold, dumping: Path) -> None:
    outcome = scaffold("validate", str(dumping), "--json", "--keep")

    assert seen(Path(outcome.document["proofs"][0]["kept"])) & BUILD == set()
    assert set(outcome.document["environment"]["removed"]) >= BUILD
    assert set(outcome.document["environment"]["withheld"]) >= LOGINS
    given = outcome.document["environment"]["set"]
    assert given["WRANGLER_SEND_METRICS"] == "false"
    assert given.keys() >= {"CARGO_INSTALL_ROOT", "WASM_BINDGEN_BIN", "CARGO_BUILD_BUILD_DIR"}


def test_the_report_names_the_variables_and_shows_no_value(
    scaffold: Scaffold, dumping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "the-value")

    outcome = scaffold("validate", str(dumping))

    assert "CARGO_PROFILE_DEV_DEBUG" in outcome.out
    assert "GITHUB_TOKEN" in outcome.out
    assert "scaffold validate --pass-env " in outcome.out
    assert "the-value" not in outcome.out + outcome.err


def test_settings_of_cargo_outside_of_the_project_are_named(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, home = stage.project(), stage.folder.parent / "cargo-home"
    monkeypatch.setenv("CARGO_HOME", str(home))
    files = {
        home / "config.toml": '[profile.release]\nlto = "off"\n\n[net]\nretry = 3\n',
        stage.folder / ".cargo" / "config.toml": '[build]\njobs = 1\nrustflags = ["-g"]\n[target.x]\nlinker = "ld"\n',
        stage.folder.parent / ".cargo" / "config": "[build]\njobs = 1\n",
        project / ".cargo" / "config.toml": '[build]\nrustflags = ["-g"]\n',
    }
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    outcome = scaffold("validate", str(project))

    assert [line for line in outcome.out.splitlines() if line.startswith("also built with ")] == [
        f"also built with {stage.folder}/.cargo/config.toml: build.rustflags, target.x",
        f"also built with {home}/config.toml: profile.release",
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("CARGO_PROFILE_DEV_DEBUG", "it changes a build"),
        ("RUSTFLAGS", "it changes a build"),
        ("NONE", "no such variable"),
    ],
)
def test_what_cannot_be_let_through_is_refused(scaffold: Scaffold, dumping: Path, name: str, why: str) -> None:
    outcome = scaffold("validate", str(dumping), "--pass-env", name)

    assert (outcome.code, why in outcome.err) == (2, True)


def test_what_the_program_itself_sets_is_not_removed(stage: Stage) -> None:  # noqa: ARG001 - its tools are found
    found = provision.find_tools([])
    own = {"CARGO_PROFILE_RELEASE_LTO": "off", "OUR_API_KEY": "1"}

    environment = child_environment.variables(replace(found, variables=found.variables | own), [])

    assert environment.items() >= own.items()
