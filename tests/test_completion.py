"""What Tab completes, in the shells themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests
from scaffolder.checks import rule_registry
from scaffolder.editing.kind_registry import kinds

from . import sources
from .terminal import ROOT, Terminal

SCAFFOLD = str(ROOT / "scaffold.py")

ASK = """\
eval "$(python3 "$1" completion bash)"
COMP_LINE="$2" COMP_POINT=${#2} COMP_TYPE=9 COMP_CWORD=0
_python_argcomplete scaffold "" ""
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""What bash does at a Tab: it calls the function with the line, and reads COMPREPLY."""

Complete = Callable[[str], list[str]]

CONFIG = """\
name = "notes"
main = "build/index.js"
kv_namespaces = [{ binding = "PAGES" }, { binding = "DRAFTS" }]

[env.staging]
kv_namespaces = [{ binding = "STAGED" }]
"""


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which `python3` is this Python."""
    search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": search, "SCAFFOLD_CACHE": str(tmp_path / "cache"), "HOME": str(tmp_path)}


@pytest.fixture
def complete(variables: dict[str, str], here: Path) -> Complete:
    """Return a function that returns what bash offers for the end of a line."""

    def complete(line: str) -> list[str]:
        words = ["bash", "-c", ASK, "bash", SCAFFOLD, line]
        ran = subprocess.run(words, cwd=here, env=variables, capture_output=True, text=True, check=True)
        assert ran.stderr == ""
        return ran.stdout.split()

    return complete


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("scaffold ne", ["new"]),
        ("scaffold re", ["remove", "rename"]),
        ("scaffold help va", ["validate"]),
        ("scaffold new --dr", ["--dry-run"]),
        ("scaffold check --s", ["--sarif", "--select"]),
        ("scaffold new --template durable", ["durable-sql"]),
        ("scaffold validate --template axum", ["axum-like"]),
        ("scaffold new --set template=x --template he", ["hello"]),
        ("scaffold info durable", ["durable-sql", "durable-object"]),
        ("scaffold add queue-", ["queue-consumer", "queue-producer"]),
        ("scaffold new --with queue-p", ["queue-producer"]),
        ("scaffold new --with kv,queue-", ["kv,queue-consumer", "kv,queue-producer"]),
        ("scaffold new --with kv,k", []),
        ("scaffold check --select WR10", [code for code in rule_registry.rules() if code.startswith("WR10")]),
        (
            "scaffold check --ignore WR101,WR102,WR10",
            [
                f"WR101,WR102,{code}"
                for code in rule_registry.rules()
                if code.startswith("WR10") and code[-1] not in "12"
            ],
        ),
        ("scaffold setup --for pan", ["panic-unwind"]),
        ("scaffold new x --template queue-once --set max", ["max_attempts="]),
        ("scaffold adopt --template queue-once --set max", ["max_attempts="]),
        ("scaffold fleet neighbour/file w", ["workflow"]),
        ("scaffold adopt --template hello --take src/", ["src/lib.rs"]),
        ("scaffold completion ", ["bash", "fish", "zsh"]),
        ("scaffold catalogue ", ["add", "list", "remove"]),
        ("scaffold new x --from gh:a/b --template ", []),
        ("scaffold new x --template nope --set ", []),
    ],
)
def test_bash_offers_what_may_stand_there(complete: Complete, line: str, offered: list[str]) -> None:
    assert sorted(complete(line)) == sorted(offered)


def test_bash_offers_every_command_template_kind_and_rule(complete: Complete) -> None:
    offer = complete

    assert {"new", "check", "add", "completion", "help"} <= set(offer("scaffold "))
    assert not any(word.startswith("-") for word in offer("scaffold "))
    assert set(offer("scaffold new --template ")) == set(manifests.template_ids())
    assert set(offer("scaffold add ")) == set(kinds())
    explained = set(offer("scaffold check --explain "))
    assert explained >= {*rule_registry.rules(), *rule_registry.names()}


def test_bash_offers_named_catalogues_and_their_templates(
    complete: Complete, variables: dict[str, str], here: Path
) -> None:
    sources.write(here / "theirs", sources.CATALOGUE)
    words = [sys.executable, SCAFFOLD, "catalogue", "add", "acme", "./theirs"]
    subprocess.run(words, cwd=here, env=variables, capture_output=True, check=True)

    assert complete("scaffold catalogue remove ac") == ["acme"]
    assert complete("scaffold new x --from a") == ["acme"]
    assert complete("scaffold new x --from acme --template ") == ["one", "two"]


def test_bash_offers_the_names_in_the_project_around_the_folder(complete: Complete, here: Path) -> None:
    (here / "wrangler.toml").write_text(CONFIG, encoding="utf-8")
    (here / "Cargo.toml").write_text('[package]\nname = "notes"\n', encoding="utf-8")
    offer = complete

    assert set(offer("scaffold remove kv ")) == {"PAGES", "DRAFTS", "STAGED"}
    assert offer("scaffold rename kv DR") == ["DRAFTS"]
    assert set(offer("scaffold remove kv PAGES --env ")) == {"all", "staging"}
    assert offer("scaffold remove environment ") == ["staging"]


@pytest.mark.parametrize("command", ["update", "diff"])
@pytest.mark.parametrize("is_own", [True, False])
def test_bash_offers_the_versions_of_the_project_s_template(
    complete: Complete, here: Path, tmp_path: Path, command: str, *, is_own: bool
) -> None:
    made = sources.repository(tmp_path / "made", sources.TEMPLATE, "v1.0.0", "v1.2.0", "v1.10.0", "next")
    source = "gh:org/templates" if is_own else str(made)
    record = f"_commit: v1.0.0\n_src_path: {source}\n"
    sources.write(here / "project", {".copier-answers.yml": record})
    versions = [manifests.pins().catalogue_version] if is_own else ["1.0.0", "1.2.0", "1.10.0"]

    assert set(versions) <= set(complete(f"scaffold {command} project --to "))
    assert complete(f"scaffold {command} project --to 1.1") == ([] if is_own else ["1.10.0"])
    assert complete(f"scaffold {command} elsewhere --to ") == []


def test_tab_completes_in_an_interactive_bash(variables: dict[str, str], here: Path) -> None:
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], cwd=here, env={**variables, "PS1": "> "})
    terminal.wait_for(">")
    terminal.type(f'eval "$(python3 {SCAFFOLD} completion bash)"; clear\r')
    terminal.wait_without("eval")
    terminal.type("scaffold li\t")
    terminal.wait_for("> scaffold list")
    terminal.type("\r")
    # The last of the list: the first ones have left the screen by then.
    terminal.wait_for(manifests.template_ids()[-1])
    terminal.close()


@pytest.mark.skipif(not shutil.which("zsh"), reason="there is no zsh on this machine")
def test_tab_completes_in_an_interactive_zsh(variables: dict[str, str], here: Path) -> None:
    terminal = Terminal(["zsh", "-f", "-i"], cwd=here, env={**variables, "PS1": "> "})
    terminal.wait_for(">")
    terminal.type(f'eval "$(python3 {SCAFFOLD} completion zsh)"; clear\r')
    terminal.wait_without("eval")
    terminal.type("scaffold new --template durable\t")
    terminal.wait_for("> scaffold new --template durable-sql")
    terminal.close()


@pytest.mark.skipif(not shutil.which("fish"), reason="there is no fish on this machine")
def test_fish_offers_templates_with_their_sentences(variables: dict[str, str], here: Path) -> None:
    script = f"python3 {SCAFFOLD} completion fish | source; complete -C 'scaffold new --template durable'"
    ran = subprocess.run(["fish", "-c", script], cwd=here, env=variables, capture_output=True, text=True, check=True)

    assert ran.stdout.split("\t") == ["durable-sql", f"{manifests.template('durable-sql').summary}\n"]


def test_a_shell_that_is_not_known_is_refused(here: Path, variables: dict[str, str]) -> None:
    ran = subprocess.run(
        ["python3", SCAFFOLD, "completion", "tcsh"],
        cwd=here,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 2
    assert "invalid choice" in ran.stderr
