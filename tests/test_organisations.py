"""An organisation's overlay: what the page promises is what happens, to the letter."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import sources
from .conftest import ROOT, Scaffold, git, start_repository
from .test_update import Program, catalogues, new, old
from .test_update_sources import Serve, serve

__all__ = ["catalogues", "new", "old", "serve"]

PAGE = ROOT / "docs" / "organisations.md"

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def follow(scaffold: Scaffold) -> Iterator[tuple[str, str]]:
    """Do what the page describes, and yield each command of the scaffolder with its output."""
    for kind, path, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if path:
            sources.write(Path(), {path: body})
        for line in body.splitlines() if kind == "console" else ():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            expected = re.search(r"# exit code (\d)$", line)
            if words[0] == "scaffold":
                outcome = scaffold(*words[1:])
                assert outcome.code == int(expected[1] if expected else 0), f"{line}\n{outcome.out}{outcome.err}"
                yield " ".join(words), outcome.out + outcome.err
            else:
                subprocess.run(words, check=True, capture_output=True)


@pytest.fixture
def overlay(here: Path) -> Path:
    """Return the overlay of the page."""
    for _, path, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if path:
            sources.write(here, {path: body})
    return here / "platform"


def wrangler(project: str) -> dict[str, object]:
    return tomllib.loads(Path(project, "wrangler.toml").read_text(encoding="utf-8"))


def test_the_page_for_organisations_can_be_followed_to_the_letter(scaffold: Scaffold) -> None:
    shown = list(follow(scaffold))

    listed = shown[0][1]
    assert all(id_ in listed for id_ in ("hello", "d1", "acme-status"))
    assert "queue" not in listed
    assert "AUTH" in next(text for _, text in shown if "policy-kind" in text)
    assert "acme" in shown[-1][1]


def test_a_project_of_an_overlay_has_house_files_settings_and_defaults(overlay: Path, scaffold: Scaffold) -> None:
    assert scaffold("new", "acme-shop", "--from", str(overlay), "--template", "hello", "--defaults").code == 0

    assert Path("acme-shop/CODEOWNERS").read_text(encoding="utf-8") == "* @acme/platform\n"
    assert "acme-shop" in Path("acme-shop/.github/workflows/policy.yml").read_text(encoding="utf-8")
    assert wrangler("acme-shop")["account_id"] == "0" * 32
    assert wrangler("acme-shop")["routes"] == [{"pattern": "acme-shop.acme.example", "custom_domain": True}]
    answers = Path("acme-shop/.copier-answers.yml").read_text(encoding="utf-8")
    assert "description: A worker of Acme." in answers
    assert "_src_path: gh:org/templates" in answers


def test_an_own_answer_wins_over_the_default_of_the_organisation(overlay: Path, scaffold: Scaffold) -> None:
    words = ["--from", str(overlay), "--template", "hello", "--defaults", "--set", "description=Mine."]

    assert scaffold("new", "acme-shop", *words).code == 0
    assert "description: Mine." in Path("acme-shop/.copier-answers.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (("acme-shop", "shop"), "policy-name"),
        (("enabled = true", "enabled = false"), "policy-observability"),
        (("[build]", '[[r2_buckets]]\nbinding = "FILES"\nbucket_name = "files"\n\n[build]'), "policy-kind"),
        (("[build]", '[[queues.consumers]]\nqueue = "jobs"\n\n[build]'), "policy-kind"),
    ],
)
def test_a_check_finds_what_the_policy_does_not_allow(
    edit: tuple[str, str], name: str, overlay: Path, scaffold: Scaffold
) -> None:
    policy = ["--policy", str(overlay / "overlay.toml"), "--json"]
    assert scaffold("new", "acme-shop", "--from", str(overlay), "--template", "hello", "--defaults").code == 0
    assert scaffold("check", "acme-shop", *policy).document["findings"] == []
    file = Path("acme-shop/wrangler.toml")
    file.write_text(file.read_text(encoding="utf-8").replace(*edit), encoding="utf-8")

    outcome = scaffold("check", "acme-shop", *policy)

    assert outcome.code == 1
    assert name in {finding["name"] for finding in outcome.document["findings"]}
    assert name not in scaffold("check", "acme-shop").out


def test_a_template_that_the_policy_does_not_allow_is_found(overlay: Path, scaffold: Scaffold) -> None:
    assert scaffold("new", "acme-shop", "--template", "http", "--defaults").code == 0

    outcome = scaffold("check", "acme-shop", "--policy", str(overlay / "overlay.toml"), "--json")

    assert outcome.code == 1
    assert {finding["name"] for finding in outcome.document["findings"]} >= {"policy-template"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[policy]\ntemplate = ['hello']\n", "`template` is none of"),
        ("[policy]\nnames = 3\n", "`names` is not a text"),
        ("[policy]\nnames = '('\n", "no expression"),
        ("[policy]\nkinds = [1]\n", "`kinds` is not a list of texts"),
        ("[policy\n", "cannot be read"),
        ("", "is empty"),
        ("[defaults]\ndescription = 'Ours.'\n", "add a [policy]"),
    ],
)
def test_a_policy_that_cannot_be_used_is_refused(text: str, why: str, scaffold: Scaffold) -> None:
    assert scaffold("new", "acme-shop", "--template", "hello", "--defaults").code == 0
    Path("policy.toml").write_text(text, encoding="utf-8")

    outcome = scaffold("check", "acme-shop", "--policy", "policy.toml")

    assert outcome.code == 2
    assert why in outcome.err


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"overlay.toml": "[polcy]\n"}, "none of its tables"),
        ({"overlay.toml": "[policy]\ntemplates = ['nope']\n"}, "templates that do not exist: nope"),
        ({"templates/hello/template.toml": ""}, "has that id"),
        ({"templates/new/template.toml": "titel = 'x'\n"}, "no key `titel`"),
    ],
)
def test_an_overlay_that_cannot_be_used_is_refused(
    files: dict[str, str], why: str, overlay: Path, scaffold: Scaffold
) -> None:
    sources.write(overlay, files)

    outcome = scaffold("list", "--from", str(overlay))

    assert outcome.code == 2
    assert why in outcome.err


def published(overlay: Path, tmp_path: Path) -> tuple[str, Path]:
    """Tag the overlay and serve it; return its address, and the bare repository that stands for it."""
    start_repository(overlay)
    git(overlay, "tag", "v1.0.0")
    bare, address = tmp_path / "platform.git", "https://git.example.com/acme/platform.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(overlay), str(bare))
    sources.stands_for(bare, address)
    return address, bare


def made(run: Program, address: str, template: str = "acme-status") -> None:
    words = ("--from", f"{address}@v1.0.0", "--template", template, "--defaults", "--no-git", "--no-validate")
    outcome = run("new", "acme-up", *words)
    assert outcome.code == 0, outcome.err


def test_a_project_of_an_organisation_s_own_template_is_updated_from_its_overlay(
    overlay: Path, tmp_path: Path, scaffold: Scaffold
) -> None:
    address, bare = published(overlay, tmp_path)
    made(scaffold, address)
    assert scaffold("diff", "acme-up").code in {0, 1}
    root = "templates/acme-status/skeleton/src/lib.rs"
    later = (overlay / root).read_text(encoding="utf-8").replace('"up"', '"still up"')
    commit = sources.changed(overlay, {root: later}, "v2.0.0")
    git(overlay, "push", "--quiet", str(bare), "HEAD:main", "v2.0.0")
    Path("acme-up/src/own.rs").write_text("// mine\n", encoding="utf-8")

    refused = scaffold("update", "acme-up")
    outcome = scaffold("update", "acme-up", "--trust", commit)

    assert refused.code == 4
    assert outcome.code == 0, outcome.err
    assert Path("acme-up/src/lib.rs").read_text(encoding="utf-8") == later
    assert Path("acme-up/src/own.rs").is_file()
    assert commit in Path("acme-up/.scaffold-source.toml").read_text(encoding="utf-8")
    assert "_commit: v2.0.0\n" in Path("acme-up/.copier-answers.yml").read_text(encoding="utf-8")
    assert "already" in (again := scaffold("update", "acme-up")).out or again.code == 0
    assert scaffold("update", "--undo", "acme-up").code == 0
    assert '"up"' in Path("acme-up/src/lib.rs").read_text(encoding="utf-8")


@pytest.mark.parametrize("has_overlay_changed", [False, True])
def test_a_later_public_catalogue_reaches_a_project_of_an_organisation_s_own_template(
    overlay: Path, tmp_path: Path, old: Program, new: Program, *, has_overlay_changed: bool
) -> None:
    skeleton = "templates/acme-status/skeleton"
    sources.write(overlay, {f"{skeleton}/.gitignore.jinja": "{% include 'templates/_shared/gitignore' %}"})
    address, bare = published(overlay, tmp_path)
    commit, lib = sources.head(overlay), f"{skeleton}/src/lib.rs"
    made(old, address)
    Path("fleet.txt").write_text("acme-up\n", encoding="utf-8")
    assert "behind" not in old("fleet", "fleet.txt").out.splitlines()[1]
    assert new("diff", "acme-up").code == old("diff", "acme-up").code
    before = new("fleet", "fleet.txt", "--json").document["projects"][0]
    assert (before["status"], before["newest"]) == ("behind", "v1.0.0+v0.2.0")
    own = Path("acme-up/Cargo.toml")
    own.write_text(own.read_text(encoding="utf-8").replace("[lib]", "# Mine.\n[lib]"), encoding="utf-8")
    if has_overlay_changed:
        later = (overlay / lib).read_text(encoding="utf-8").replace('"up"', '"still up"')
        commit = sources.changed(overlay, {lib: later}, "v2.0.0")
        git(overlay, "push", "--quiet", str(bare), "HEAD:main", "v2.0.0")

    outcome = new("update", "acme-up", "--trust", commit)

    assert outcome.code == 0, outcome.err
    texts = {
        name: Path("acme-up", name).read_text(encoding="utf-8") for name in ("Cargo.toml", ".gitignore", "src/lib.rs")
    }
    assert 'worker = "0.8.8"' in texts["Cargo.toml"]
    assert "# Mine.\n" in texts["Cargo.toml"]
    assert "*.log" in texts[".gitignore"]
    assert ("still up" in texts["src/lib.rs"]) == has_overlay_changed
    assert 'catalogue = "v0.2.0"\n' in Path("acme-up/.scaffold-source.toml").read_text(encoding="utf-8")
    assert new("fleet", "fleet.txt", "--json").document["projects"][0]["status"] == "current"
    assert "already up to date" in new("update", "acme-up").out
    assert old("update", "acme-up").code == 2
    assert new("update", "--undo", "acme-up").code == 0
    assert 'catalogue = "v0.1.0"\n' in Path("acme-up/.scaffold-source.toml").read_text(encoding="utf-8")


def test_a_project_that_does_not_record_the_catalogue_beneath_is_updated_as_before(
    overlay: Path, tmp_path: Path, scaffold: Scaffold
) -> None:
    address, _ = published(overlay, tmp_path)
    made(scaffold, address)
    record = Path("acme-up/.scaffold-source.toml")
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace('catalogue = "v0.1.0"\n', ""), encoding="utf-8")
    Path("fleet.txt").write_text("acme-up\n", encoding="utf-8")

    assert scaffold("fleet", "fleet.txt", "--json").document["projects"][0]["status"] == "current"
    assert scaffold("update", "acme-up", "--trust", sources.head(overlay)).code == 0
    assert 'catalogue = "v0.1.0"\n' in record.read_text(encoding="utf-8")


def test_a_catalogue_beneath_that_the_program_has_not_is_refused(
    overlay: Path, tmp_path: Path, scaffold: Scaffold
) -> None:
    address, _ = published(overlay, tmp_path)
    made(scaffold, address)
    record = Path("acme-up/.scaffold-source.toml")
    text = record.read_text(encoding="utf-8").replace('catalogue = "v0.1.0"', 'catalogue = "../../etc"')
    record.write_text(text, encoding="utf-8")

    for words in (("update", "acme-up"), ("diff", "acme-up")):
        outcome = scaffold(*words)
        assert outcome.code == 2
        assert "no version `../../etc` of the bundled catalogue" in outcome.err
    assert record.read_text(encoding="utf-8") == text


def test_a_public_template_s_update_leaves_the_record_of_the_overlay_alone(
    overlay: Path, tmp_path: Path, old: Program, catalogues: tuple[Path, Path], serve: Serve
) -> None:
    address, _ = published(overlay, tmp_path)
    made(old, address, "hello")
    record = Path("acme-up/.scaffold-source.toml").read_text(encoding="utf-8")
    assert "catalogue =" not in record
    # The public catalogue is fetched here, so that its version has a hash, too.
    serve("https://github.com/org/templates.git", v0_1_0=catalogues[0], v0_2_0=catalogues[1])

    outcome = old("update", "acme-up", "--trust", sources.head(overlay))

    assert outcome.code == 0, outcome.err
    assert "0.8.8" in Path("acme-up/Cargo.toml").read_text(encoding="utf-8")
    assert Path("acme-up/.scaffold-source.toml").read_text(encoding="utf-8") == record
