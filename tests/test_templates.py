"""The promises that every template keeps for all answers, and the things that no template may do."""

from __future__ import annotations

import ast
import itertools
import json
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier import Settings, run_copy
from copier.errors import UnsafeTemplateError
from pytest_copie.plugin import Copie

from docs import tables
from scaffolder.catalogue import manifests as catalogue
from scaffolder.catalogue import render
from scaffolder.core.template import PURPOSES

from .conftest import ROOT, Scaffold, copy_plainly, copy_work_tree, git, tree

IDS = catalogue.template_ids()
TEMPLATES = ROOT / "templates"
ALLOWED_SETTINGS = {"_envops", "_message_after_copy", "_min_copier_version", "_skip_if_exists", "_subdirectory"}
"""The Copier settings in use. All others run code, read or write elsewhere, or loosen the rules."""

COMPUTED = ["templates/_shared/versions.yml", "templates/_shared/files.yml"]
"""The files of answers that are never asked for."""


class Loader(yaml.SafeLoader):
    """A loader that reads Copier's own tags as plain text."""


Loader.add_constructor("!include", lambda _, node: str(node.value))


def documents(path: Path) -> list[Any]:
    return list(yaml.load_all(path.read_text(encoding="utf-8"), Loader=Loader))


def settings() -> dict[str, Any]:
    first: dict[str, Any] = documents(ROOT / "copier.yml")[0]
    return first


def own_questions(id_: str) -> dict[str, dict[str, Any]]:
    """Return the questions that only one template asks."""
    path = TEMPLATES / id_ / "questions.yml"
    return (documents(path)[0] or {}) if path.is_file() else {}


def optional_questions(id_: str) -> dict[str, dict[str, Any]]:
    """Return the questions that a template shares with some others, but not with all."""
    return {name: details for name, details in shared_questions().items() if id_ in asked_for(details)}


def computed_questions() -> dict[str, dict[str, Any]]:
    """Return the answers that are never asked for."""
    return {name: details for path in COMPUTED for name, details in documents(ROOT / path)[0].items()}


def shared_questions() -> dict[str, dict[str, Any]]:
    return {name: details for name, details in settings().items() if not name.startswith("_")}


def asked_for(details: dict[str, Any]) -> list[str]:
    """Return the templates that a shared question is limited to, or nothing if all ask it."""
    listed = re.fullmatch(r"\{\{ template in (\[.+\]) \}\}", details.get("when", ""))
    return list(ast.literal_eval(listed[1])) if listed else []


def questions(id_: str) -> dict[str, dict[str, Any]]:
    """Return the definitions of all questions of one template."""
    always = {name: details for name, details in shared_questions().items() if "when" not in details}
    return {**always, **optional_questions(id_), **own_questions(id_)}


@dataclass(frozen=True)
class Case:
    """A template with an answer to each of its questions."""

    id: str
    answers: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        return " ".join([self.id, *(f"{name}={value}" for name, value in self.answers)])

    @property
    def data(self) -> dict[str, Any]:
        return {"template": self.id, "worker_name": "guest-book", **dict(self.answers)}


def values(details: dict[str, Any]) -> list[Any]:
    """Return every choice of a question, or for free text its default and its example."""
    if choices := details.get("choices"):
        return list(choices.values() if isinstance(choices, dict) else choices)
    if details["type"] == "bool":
        return [True, False]
    return [None, details["placeholder"]]


def cases(id_: str) -> list[Case]:
    asked = optional_questions(id_) | own_questions(id_)
    products = itertools.product(*map(values, asked.values()))
    return [
        Case(id_, tuple(pair for pair in zip(asked, answers, strict=True) if pair[1] is not None))
        for answers in products
    ]


CASES = [case for id_ in IDS for case in cases(id_)]


@pytest.fixture(scope="session")
def rendered(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Path]:
    """Return the project of a case, rendered once by plain Copier with trust off."""
    made: dict[Case, Path] = {}

    def render(case: Case) -> Path:
        if case not in made:
            made[case] = tmp_path_factory.mktemp("rendered") / "project"
            copy_plainly(bundle, made[case], **case.data)
        return made[case]

    return render


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def project(case: Case, rendered: Callable[[Case], Path]) -> Path:
    return rendered(case)


# --- every template, every choice ----------------------------------------------------------


def test_every_choice_renders_the_same_with_trust_and_without(
    copie: Copie, bundle: Path, case: Case, project: Path
) -> None:
    result = copie.copy(extra_answers=case.data, template_dir=bundle)

    assert result.exception is None
    assert result.exit_code == 0
    assert case.data.items() <= result.answers.items()
    assert result.project_dir is not None
    assert tree(result.project_dir) == tree(project)


def test_no_template_tag_is_left_in_a_rendered_file(case: Case, project: Path) -> None:
    skeleton = TEMPLATES / case.id / "skeleton"
    tagged = [path.relative_to(skeleton).as_posix().removesuffix(".jinja") for path in own_files(case.id, "*.jinja")]
    shared = [name for name in catalogue.shared_files(case.id) if name != ".copier-answers.yml"]

    for name in tagged + shared:
        text = (project / name).read_text(encoding="utf-8")
        assert not re.search(r"(?<!\$)\{\{|\{%|\{#", text), name


def test_a_project_has_the_files_that_info_lists_and_no_other(case: Case, project: Path) -> None:
    files = sorted(path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file())

    assert files == catalogue.project_files(case.id)
    assert [name for name in IN_EVERY_PROJECT if not list(project.glob(name))] == []


def test_every_rendered_document_parses(project: Path) -> None:
    parsers: dict[str, Callable[[str], Any]] = {
        ".toml": tomllib.loads,
        ".lock": tomllib.loads,
        ".json": json.loads,
        ".yml": yaml.safe_load,
    }

    parsed = {
        path.name: parsers[path.suffix](path.read_text(encoding="utf-8"))
        for path in project.rglob("*")
        if path.suffix in parsers
    }

    assert {"Cargo.toml", "Cargo.lock", "wrangler.toml", "package.json", "package-lock.json", "ci.yml"} <= set(parsed)
    assert all(parsed.values())


def configs(project: Path) -> list[tuple[Path, str]]:
    """Return the path and the text of every wrangler.toml; a single worker has one, at the top."""
    return [(path, path.read_text(encoding="utf-8")) for path in sorted(project.rglob("wrangler.toml"))]


def manifests(project: Path) -> list[dict[str, Any]]:
    """Return every Cargo.toml of a project, the one at the top first."""
    paths = sorted(project.rglob("Cargo.toml"), key=lambda path: len(path.parts))
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]


def packages(project: Path) -> list[str]:
    """Return the names of a project's own crates."""
    return [manifest["package"]["name"] for manifest in manifests(project) if "package" in manifest]


def test_every_rendered_file_is_clean_text(project: Path) -> None:
    for path, (_, content) in tree(project).items():
        if (project / path).is_file():
            text = content.decode("utf-8")
            assert text.endswith("\n"), path
            assert not text.endswith("\n\n"), path
            assert not text.startswith("\n"), path
            assert "\r" not in text, path
            assert not re.search(r"[ \t]+$", text, re.MULTILINE), path
            assert "\n\n\n" not in text, path


def test_wrangler_toml_names_the_worker_its_main_file_and_the_pinned_date(project: Path) -> None:
    for path, text in configs(project):
        config = tomllib.loads(text)
        to_top = "../" * (len(path.relative_to(project).parts) - 1)
        install = f"cargo install -q worker-build@{catalogue.pins().worker_build_version} --locked"
        assert text.startswith(f"#:schema {to_top}node_modules/wrangler/config-schema.json\n")
        assert re.fullmatch(r"guest-book(-[a-z]+)?", config["name"])
        assert config["main"] in {"build/index.js", "src/entry.mjs"}
        assert (path.parent / config["main"]).is_file() == (config["main"] == "src/entry.mjs")
        assert config["compatibility_date"] == catalogue.pins().compatibility_date
        assert config["observability"] == {"enabled": True}
        assert f"{install} && worker-build --release" in config["build"]["command"]
        assert "Cargo.toml" in config["build"]["watch_dir"]
    assert "guest-book" in [tomllib.loads(text)["name"] for _, text in configs(project)]


def test_only_a_project_with_panic_unwind_needs_a_nightly_and_its_files_agree_on_that(
    case: Case, project: Path
) -> None:
    unwinds = case.data.get("panic_unwind", False)

    assert any("--panic-unwind" in text for _, text in configs(project)) == unwinds
    for name in ("README.md", ".github/workflows/ci.yml"):
        assert ("nightly" in (project / name).read_text(encoding="utf-8")) == unwinds, name
    assert "nightly" not in (project / "rust-toolchain.toml").read_text(encoding="utf-8")


def test_a_project_pins_the_tuple_that_was_tested_together(project: Path) -> None:
    pins = catalogue.pins()
    top = manifests(project)[0]
    dependencies = top.get("workspace", top)["dependencies"]
    package = json.loads((project / "package.json").read_text(encoding="utf-8"))
    toolchain = tomllib.loads((project / "rust-toolchain.toml").read_text(encoding="utf-8"))["toolchain"]

    assert version_of(dependencies["worker"]) == f"={pins.worker_version}"
    assert version_of(dependencies["wasm-bindgen"]) == f"={pins.wasm_bindgen_version}"
    assert package["devDependencies"]["wrangler"] == pins.wrangler_version
    assert toolchain["channel"] == pins.rust_version
    locked = lock_blocks(project)
    assert locked["worker"] == pins.worker_version
    assert locked["wasm-bindgen"] == pins.wasm_bindgen_version


@pytest.mark.parametrize("id_", IDS)
def test_git_merges_a_feature_that_was_added_with_later_versions_of_the_pinned_crates(
    id_: str, rendered: Callable[[Case], Path], scaffold: Scaffold, tmp_path: Path
) -> None:
    base, mine, later = (tmp_path / name for name in ("base", "mine", "later"))
    shutil.copytree(rendered(cases(id_)[0]), mine)
    worker = configs(mine)[0][0].parent
    before = (worker / "Cargo.toml").read_text(encoding="utf-8")
    kind = "queue-producer" if '"d1"' in before else "d1"
    assert scaffold("add", kind, "EXTRA", "--project", str(worker)).code == 0
    base.write_text(before, encoding="utf-8")
    later.write_text(re.sub(r'"=[^"]+|worker-build \S+', r"\g<0>9", before), encoding="utf-8")

    merged = git(tmp_path, "merge-file", "-p", str(worker / "Cargo.toml"), "base", "later")

    features = tomllib.loads(merged)["dependencies"]["worker"]["features"]
    assert features[-1] == kind.partition("-")[0]
    assert all(requirement.endswith("9") for requirement in re.findall(r'"=([^"]+)', merged))


def version_of(dependency: Any) -> str:
    return str(dependency["version"] if isinstance(dependency, dict) else dependency)


def lock_blocks(project: Path) -> dict[str, str]:
    lock = tomllib.loads((project / "Cargo.lock").read_text(encoding="utf-8"))
    return {package["name"]: package["version"] for package in lock["package"]}


def test_the_bindings_of_the_manifest_are_those_of_wrangler_toml(case: Case, project: Path) -> None:
    listed = [(binding.kind, binding.name) for binding in catalogue.template(case.id).bindings]
    bound = {binding for _, text in configs(project) for binding in bindings_in(tomllib.loads(text))}

    assert len(listed) == len(set(listed))
    assert set(listed) == bound


NO_BINDINGS = {"name", "main", "compatibility_date", "build", "observability", "migrations", "workers_dev"}
"""The settings of a wrangler.toml that are not bindings."""

LISTS_OF_BINDINGS = {
    "kv_namespaces": "kv",
    "d1_databases": "d1",
    "r2_buckets": "r2",
    "services": "service",
    "workflows": "workflow",
    "hyperdrive": "hyperdrive",
}


def bindings_in(config: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the kind and the name of each binding of a worker; a new setting has to be added here."""
    found: list[tuple[str, str]] = []
    for setting in config.keys() - NO_BINDINGS:
        table = config[setting]
        match setting:
            case "vars":
                found += [("var", name) for name in table]
            case "secrets":
                found += [("secret", name) for name in table["required"]]
            case "triggers":
                found += [("cron", name) for name in table["crons"]]
            case "durable_objects":
                found += [("durable-object", each["name"]) for each in table["bindings"]]
            case "queues":
                found += [("queue", each["binding"]) for each in table["producers"]]
            case "ratelimits":
                found += [("ratelimit", each["name"]) for each in table]
            case "send_email":
                found += [("send-email", each["name"]) for each in table]
            case "ai" | "assets" | "version_metadata":
                found += [(setting.replace("_", "-"), table["binding"])] if "binding" in table else []
            case _:
                found += [(LISTS_OF_BINDINGS[setting], each["binding"]) for each in table]
    return found


# --- one name in many files ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["aaa", "mmm", "zzz-9"])
@pytest.mark.parametrize("id_", IDS)
def test_every_file_that_names_the_worker_has_the_new_name_and_locks_stay_sorted(
    bundle: Path, tmp_path: Path, id_: str, name: str
) -> None:
    project = tmp_path / "project"
    copy_plainly(bundle, project, template=id_, worker_name=name)

    lock = (project / "Cargo.lock").read_text(encoding="utf-8")
    named = re.findall(r'^name = "(.+)"$', lock, re.MULTILINE)
    node = json.loads((project / "package-lock.json").read_text(encoding="utf-8"))
    assert name in packages(project)
    assert all(named.count(package) == 1 for package in packages(project))
    assert named == sorted(named)
    written = (TEMPLATES / id_ / "Cargo.lock").read_text(encoding="utf-8")
    assert others_in(lock, name) == others_in(written, "{{ worker_name }}")
    assert json.loads((project / "package.json").read_text(encoding="utf-8"))["name"] == name
    assert node["name"] == node["packages"][""]["name"] == name
    assert name in [tomllib.loads(text)["name"] for _, text in configs(project)]


def others_in(lock: str, name: str) -> list[tuple[str, str]]:
    """Return name and version of each crate in a lock that is not the worker's own, in Cargo's order."""
    found = re.findall(r'^name = "(.+)"\nversion = "(.+)"$', lock, re.MULTILINE)
    return [(crate, version) for crate, version in found if not crate.startswith(name)]


@pytest.mark.parametrize("id_", IDS)
def test_the_locks_match_the_manifests_and_name_no_private_registry(id_: str, rendered: Callable[[Case], Path]) -> None:
    project = rendered(cases(id_)[0])
    lock = (project / "Cargo.lock").read_text(encoding="utf-8")
    locked = {package["name"]: package.get("dependencies", []) for package in tomllib.loads(lock)["package"]}
    node = (project / "package-lock.json").read_text(encoding="utf-8")
    asked = json.loads((project / "package.json").read_text(encoding="utf-8"))["devDependencies"]

    for manifest in manifests(project):
        if "package" in manifest:
            # If a crate is required in two versions, the lock names both.
            assert {name.split()[0] for name in locked[manifest["package"]["name"]]} == dependencies(manifest)
    assert set(re.findall(r'source = "(.+)"', lock)) == {"registry+https://github.com/rust-lang/crates.io-index"}
    assert json.loads(node)["packages"][""]["devDependencies"] == asked
    assert '"resolved"' not in node


def dependencies(manifest: dict[str, Any]) -> set[str]:
    """Return the names of all crates that one crate depends on."""
    tables = [manifest, *manifest.get("target", {}).values()]
    kinds = ("dependencies", "dev-dependencies", "build-dependencies")
    return {
        (details.get("package", name) if isinstance(details, dict) else name)
        for table in tables
        for kind in kinds
        for name, details in table.get(kind, {}).items()
    }


# --- the catalogue's own rules -------------------------------------------------------------


def test_each_folder_is_a_choice_and_each_choice_has_a_folder() -> None:
    assert sorted(path.name for path in TEMPLATES.iterdir() if path.name != "_shared") == sorted(IDS)


def test_every_template_has_one_of_the_purposes_that_the_picker_shows_and_each_purpose_has_a_template() -> None:
    assert {template.purpose for template in catalogue.templates()} == set(PURPOSES)


def test_each_choice_repeats_its_templates_summary_which_is_one_short_sentence() -> None:
    labels = {id_: label for label, id_ in settings()["template"]["choices"].items()}

    for template in catalogue.templates():
        assert re.fullmatch(r"[A-Z][^.]{1,58}\.", template.summary), template.id
        first, rest = template.summary[0].lower(), template.summary[1:-1]
        assert labels[template.id] == f"{template.id}: {first}{rest}"


def test_no_setting_of_copier_needs_trust_or_loosens_a_rule() -> None:
    everything = [*documents(ROOT / "copier.yml"), *map(own_questions, IDS)]
    named = {name for document in everything if isinstance(document, dict) for name in document if name[0] == "_"}

    assert named == ALLOWED_SETTINGS
    assert settings()["_subdirectory"] == "templates/{{ template }}/skeleton"
    assert settings()["_envops"]["undefined"] == "jinja2.StrictUndefined"
    assert not (set(settings()["_envops"]) & {"extensions", "loader"})


def test_only_the_questions_and_versions_are_included() -> None:
    included = [document for document in documents(ROOT / "copier.yml") if isinstance(document, str)]

    assert included == [*COMPUTED, "templates/*/questions.yml"]
    for id_ in IDS:
        asked = {question.name for question in render.interview(id_, Path("guest-book"), {}).questions}
        assert own_questions(id_).keys() <= asked


@pytest.mark.parametrize("id_", IDS)
def test_a_template_asks_at_most_six_questions_each_with_help_a_default_and_validation(id_: str) -> None:
    asked = questions(id_)

    assert len(asked) <= 6
    for name, details in asked.items():
        assert details["type"] in {"str", "int", "bool"}, name
        assert details["help"].endswith(("?", ".")), name
        assert "default" in details, name
        assert details["type"] == "bool" or {"choices", "validator"} & details.keys(), name
        assert details["type"] == "bool" or {"choices", "placeholder"} & details.keys() or name == "description", name
        assert not details.keys() - {"type", "help", "default", "choices", "validator", "placeholder", "when"}, name


@pytest.mark.parametrize("id_", IDS)
def test_a_templates_own_questions_are_asked_only_for_it(id_: str) -> None:
    for details in own_questions(id_).values():
        assert details["when"] == f"{{{{ template == '{id_}' }}}}"


def test_a_question_that_some_templates_share_is_asked_only_for_those() -> None:
    optional = {name: asked_for(details) for name, details in shared_questions().items() if "when" in details}

    assert optional == {"panic_unwind": ["hello", "http", "axum-like"], "queue_name": ["queue", "queue-once"]}
    for id_ in IDS:
        asked = {question.name for question in render.interview(id_, Path("guest-book"), {}).questions}
        assert {name for name in optional if id_ in optional[name]} == asked & optional.keys()


def test_no_two_questions_have_the_same_name() -> None:
    names = [*settings(), *computed_questions(), *(name for id_ in IDS for name in own_questions(id_))]

    assert sorted(names) == sorted(set(names))


def test_a_computed_answer_has_one_legal_value() -> None:
    for name, details in computed_questions().items():
        assert details["when"] is False, name
        assert details["type"] == ("yaml" if name == "shared_files" else "str"), name
        assert details["choices"] == [details["default"]], name


@pytest.mark.parametrize("id_", IDS)
def test_a_skeleton_has_plain_names_and_nothing_that_reaches_outside_of_it(id_: str) -> None:
    for path in (TEMPLATES / id_).rglob("*"):
        name = path.relative_to(TEMPLATES / id_).as_posix()
        assert not path.is_symlink(), name
        assert not re.search(r"(?i)(^|/)\.git(?!ignore$|hub(/|$))", name), name
        if re.search(r"\{[{%]", name):
            assert name == f"skeleton/{catalogue.SHARED}"


def test_the_catalogue_has_neither_links_nor_submodules() -> None:
    modes = {line.split()[0] for line in git(ROOT, "ls-files", "--stage").splitlines()}

    assert modes <= {"100644", "100755"}
    assert not (ROOT / ".gitmodules").exists()


@pytest.mark.parametrize("id_", IDS)
def test_a_skeleton_takes_shared_files_in_one_way_and_has_none_of_its_own_in_their_place(id_: str) -> None:
    own = {path.relative_to(TEMPLATES / id_ / "skeleton").as_posix() for path in own_files(id_)}
    shared = catalogue.shared_files(id_)

    assert (
        TEMPLATES / id_ / "skeleton" / catalogue.SHARED
    ).read_bytes() == b"{% include shared_files[shared_file] %}\n"
    assert {name for name in shared if {name, f"{name}.jinja"} & own} == set()
    assert len(set(shared)) == len(shared)


@pytest.mark.parametrize("id_", IDS)
def test_a_skeleton_file_parses_before_it_is_rendered(id_: str) -> None:
    for path in authored(id_):
        text = path.read_text(encoding="utf-8")
        if path.name in {"wrangler.toml.jinja", "Cargo.toml.jinja"}:
            tomllib.loads(text)
        elif path.name in {"package.json", "package.json.jinja"}:
            json.loads(text)
        elif ".md" not in path.suffixes:
            assert not re.search(r"\{% (?!include )|\{#", text), path.name


def own_files(id_: str, pattern: str = "*") -> list[Path]:
    """Return the files of a skeleton, without the one that takes those of all templates."""
    files = (TEMPLATES / id_ / "skeleton").rglob(pattern)
    return [path for path in files if path.is_file() and path.name != catalogue.SHARED]


def own_versions(id_: str) -> list[Path]:
    """Return what a template has instead of shared files, but for the locks, which are written by tools."""
    names = {name.rpartition("/")[2].lstrip(".") for name in catalogue.shared_files(id_)}
    return [path for path in (TEMPLATES / id_).iterdir() if path.name in names and "lock" not in path.name]


def authored(id_: str) -> list[Path]:
    """Return the files of a template's project that have content of their own, not only includes."""
    files = [*own_files(id_), *own_versions(id_)]
    return [path for path in files if re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8")).strip()]


def shape(path: Path) -> str:
    """Return a text without its names and its spacing, or the path of a file that only lists names in a given shape."""
    if path.name in {"Cargo.toml.jinja", "bindings.rs"}:
        return str(path)
    return re.sub(r"[A-Za-z_]\w*", "x", "".join(path.read_text(encoding="utf-8").split()))


@pytest.mark.parametrize("id_", IDS)
def test_no_file_of_a_skeleton_equals_another_templates_except_for_names(id_: str) -> None:
    others = {shape(path): path for other in IDS if other != id_ for path in authored(other)}
    shared = {shape(path): path for path in (TEMPLATES / "_shared").iterdir()}

    copies = [(path, other) for path in authored(id_) if (other := (others | shared).get(shape(path)))]

    assert copies == []


COMPLETE = (
    "template.toml",
    "smoke.toml",
    "mutations.toml",
    "Cargo.lock",
    f"skeleton/{catalogue.SHARED}",
    "skeleton/Cargo.toml.jinja",
    "skeleton/README.md.jinja",
    "skeleton/tests/*.test.mjs",
    "skeleton/**/wrangler.toml.jinja",
    "skeleton/**/src/lib.rs",
)
"""The files that every template must have."""

IN_EVERY_PROJECT = (
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "package.json",
    "package-lock.json",
    "AGENTS.md",
    ".gitignore",
    "rust-toolchain.toml",
    ".github/workflows/ci.yml",
    "tests/smoke.toml",
    "tests/*.test.mjs",
    ".copier-answers.yml",
    "**/wrangler.toml",
    "**/src/lib.rs",
)
"""The files that every project must have, whether its template has them or shares them."""


@pytest.mark.parametrize("id_", IDS)
def test_a_template_is_complete(id_: str) -> None:
    missing = [name for name in COMPLETE if not list((TEMPLATES / id_).glob(name))]

    assert missing == []


@pytest.mark.parametrize("id_", IDS)
def test_a_rust_file_of_a_skeleton_is_short(id_: str) -> None:
    long = [path.name for path in authored(id_) if ".rs" in path.suffixes and len(path.read_text().splitlines()) > 120]

    assert long == []


@pytest.mark.parametrize("id_", IDS)
def test_a_pattern_of_bindings_leaves_room_for_those_that_are_added(id_: str) -> None:
    patterns = [found for path in authored(id_) for found in re.findall(r"let Bindings \{[^}]*\}", path.read_text())]

    assert [pattern for pattern in patterns if ".." not in pattern] == []


LARGEST = {
    "ai": 350,
    "assets": 190,
    "axum-like": 380,
    "bindings": 220,
    "chatroom": 380,
    "d1": 380,
    "durable-sql": 380,
    "email": 345,
    "hello": 60,
    "http": 220,
    "leptos": 450,
    "object-rpc": 300,
    "postgres": 330,
    "proxy": 290,
    "queue": 380,
    "r2": 480,
    "router": 220,
    "rpc": 220,
    "scheduled": 380,
    "tcp": 220,
    "tracing": 330,
    "workflow": 405,
}
"""The most lines of Rust that a project may have, without tests, comments and empty lines."""


@pytest.mark.parametrize("id_", LARGEST)
def test_a_starter_can_be_read_in_one_sitting(id_: str, rendered: Callable[[Case], Path]) -> None:
    project = rendered(cases(id_)[0])
    lines = [
        line for path in project.rglob("*.rs") for line in tables.rust(path.read_text(encoding="utf-8")).splitlines()
    ]

    assert len(lines) <= LARGEST[id_]


def test_agents_are_told_what_the_project_has(case: Case, project: Path) -> None:
    text = (project / "AGENTS.md").read_text(encoding="utf-8")
    layout = re.findall(r"^- `([^`]+)`: ", text, re.MULTILINE)
    bindings = catalogue.template(case.id).bindings

    assert len(text.splitlines()) <= 40
    assert len(layout) >= 4
    assert [path for path in layout if not (project / path).is_file()] == []
    assert [each.name for each in bindings if f"`{each.name}` ({each.kind})" not in text] == []


@pytest.mark.parametrize("id_", IDS)
def test_a_problem_lists_invalid_fields_where_a_request_has_fields_to_validate(
    id_: str, rendered: Callable[[Case], Path]
) -> None:
    project = rendered(cases(id_)[0])
    sources = {path.name: path.read_text(encoding="utf-8") for path in project.rglob("src/*.rs")}
    validates = "Invalid(Vec<FieldError>)" in sources.get("error.rs", "")

    assert ("field_error.rs" in sources) == validates
    assert ("pub errors: Vec<FieldError>" in sources.get("problem.rs", "")) == (validates and "problem.rs" in sources)
    assert not any(re.search(r"(?i)flaws?\b", text) for text in sources.values())


@pytest.mark.parametrize("id_", IDS)
def test_the_table_of_errors_is_in_the_function_that_needs_it_unless_two_do(
    id_: str, rendered: Callable[[Case], Path]
) -> None:
    for path in rendered(cases(id_)[0]).rglob("src/error.rs"):
        text = path.read_text(encoding="utf-8")

        assert "fn answer(&self)" not in text or text.count("self.answer()") > 1, path


CLOSED = re.compile(r"(?i)\b(nothing|nobody|no bindings?|all (the )?bindings|the (only|two|three) \w+)\b")
"""Words about what a worker has, which `add` makes untrue."""


def test_no_comment_of_a_configuration_is_made_untrue_by_an_addition(project: Path) -> None:
    comments = [line for _, text in configs(project) for line in text.splitlines() if line.startswith("# ")]

    assert [line for line in comments if CLOSED.search(line)] == []


@pytest.mark.parametrize("name", ["AGENTS.md", "README.md"])
def test_a_script_that_a_document_names_is_there(project: Path, name: str) -> None:
    package = json.loads((project / "package.json").read_text(encoding="utf-8"))
    named = set(re.findall(r"npm run ([\w:-]+)", (project / name).read_text(encoding="utf-8")))

    assert named
    assert named - package["scripts"].keys() == set()


@pytest.mark.parametrize("id_", IDS)
def test_each_mutation_changes_one_line_that_occurs_once(id_: str, rendered: Callable[[Case], Path]) -> None:
    project = rendered(cases(id_)[0])
    mutations = tomllib.loads((TEMPLATES / id_ / "mutations.toml").read_text(encoding="utf-8"))["mutation"]

    assert len(mutations) >= 3
    assert "build" in [mutation["step"] for mutation in mutations]
    for mutation in mutations:
        text = (project / mutation["file"]).read_text(encoding="utf-8")
        assert text.count(mutation["old"]) == 1, mutation["name"]
        assert mutation["step"] in {"build", "start", "smoke", "rust-tests", "worker-tests"}
        assert mutation["new"] != mutation["old"]


# --- hostile and broken catalogues ---------------------------------------------------------


@pytest.fixture
def theirs(scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - sets the usual catalogue first
    """Return a copy of the catalogue that a test may change, and that the command then uses."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    copy_work_tree(folder, "copier.yml", "templates")
    monkeypatch.setattr(catalogue, "INSIDE_WHEEL", folder)
    return folder


def set_up(theirs: Path, setting: str) -> None:
    path = theirs / "copier.yml"
    path.write_text(f"{setting}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


def put(theirs: Path, name: str, text: str = "exit 1\n") -> None:
    path = theirs / "templates" / "hello" / "skeleton" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def share(theirs: Path, name: str) -> None:
    path = theirs / "templates" / "hello" / "template.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("bindings =", f'shared = ["{name}"]\nbindings ='), encoding="utf-8")


def link(theirs: Path, name: str, target: str, setting: str = "") -> None:
    set_up(theirs, setting)
    (theirs / "templates" / "hello" / "skeleton" / name).symlink_to(target)


HOSTILE: dict[str, Callable[[Path], None]] = {
    "a task": lambda theirs: set_up(theirs, "_tasks: ['touch ran']"),
    "an extension": lambda theirs: set_up(theirs, "_jinja_extensions: [os.system]"),
    "a hook": lambda theirs: put(theirs, ".git/hooks/pre-commit"),
    "a hook on a case-insensitive disk": lambda theirs: put(theirs, ".GIT/hooks/pre-commit"),
    "a hook in a folder": lambda theirs: put(theirs, "src/.git/hooks/pre-commit"),
    "a link that is kept": lambda theirs: link(theirs, "passwd", "/etc/passwd", "_preserve_symlinks: true"),
    "a link out of the catalogue": lambda theirs: link(theirs, "passwd", "/etc/passwd"),
    "a name that leaves the project": lambda theirs: put(theirs, "{{ '..' }}/{{ worker_name }}.txt.jinja"),
    "an absolute name": lambda theirs: put(theirs, "{{ _copier_conf.sep }}tmp.txt.jinja"),
}


@pytest.mark.parametrize("spoil", HOSTILE.values(), ids=HOSTILE)
def test_a_template_that_reaches_outside_of_the_project_is_refused_and_leaves_nothing(
    scaffold: Scaffold, theirs: Path, here: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(theirs)
    before = tree(here, without="-")

    outcome = scaffold("new", "made", "--template", "hello", "--defaults", "--json")

    assert outcome.code == 4, outcome.err
    assert outcome.document["refusal"]["kind"] == "not trusted"
    assert tree(here, without="-") == before


def test_plain_copier_does_not_trust_a_task_either(theirs: Path, here: Path) -> None:
    set_up(theirs, "_tasks: ['touch ran']")

    with pytest.raises(UnsafeTemplateError):
        copy_plainly(theirs, here / "made", template="hello")

    assert not (here / "made").exists()


BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "an answer without a question": (lambda theirs: put(theirs, "a.txt.jinja", "{{ nobody }}\n"), "nobody"),
    "an unclosed tag": (lambda theirs: put(theirs, "a.txt.jinja", "one\n{% if x\n"), "a.txt.jinja:2"),
    "a shared file that is not there": (lambda theirs: share(theirs, "src/nothing.rs"), "templates/_shared/nothing.rs"),
    "invalid TOML": (lambda theirs: put(theirs, "a.toml", "a = \n"), "a.toml"),
    "invalid JSON": (lambda theirs: put(theirs, "a/b.json", "{,}\n"), "a/b.json"),
    "a configuration that is not YAML": (lambda theirs: set_up(theirs, "a: [1"), "copier.yml"),
}


@pytest.mark.parametrize(("spoil", "word"), BROKEN.values(), ids=BROKEN)
def test_a_broken_template_is_an_internal_error_that_names_it_and_leaves_nothing(
    scaffold: Scaffold, theirs: Path, here: Path, spoil: Callable[[Path], None], word: str
) -> None:
    spoil(theirs)
    before = tree(here)

    outcome = scaffold("new", "made", "--template", "hello", "--defaults")

    assert outcome.code == 7
    assert word in outcome.err
    assert "Traceback" not in outcome.err
    assert tree(here) == before


def test_a_template_takes_what_its_manifest_lists_and_its_own_version_of_it_first(
    scaffold: Scaffold, theirs: Path, here: Path
) -> None:
    share(theirs, 'src/uuid.rs",\n  "src/deep/body.rs')
    own = theirs / "templates" / "hello" / "body.rs"
    own.write_text("//! {{ worker_name }}\n", encoding="utf-8")

    assert scaffold("new", "made", "--template", "hello", "--defaults", "--no-git").code == 0
    copy_plainly(theirs, here / "plain", template="hello", worker_name="made")

    assert (here / "made" / "src" / "deep" / "body.rs").read_text(encoding="utf-8") == "//! made\n"
    assert (here / "made" / "src" / "uuid.rs").read_bytes() == (TEMPLATES / "_shared" / "uuid.rs").read_bytes()
    assert tree(here / "made") == tree(here / "plain")


@pytest.mark.parametrize("name", ["answers.yml", "my records/of this.yml"])
def test_the_answers_are_recorded_where_plain_copier_is_asked_to(bundle: Path, tmp_path: Path, name: str) -> None:
    run_copy(str(bundle), tmp_path, answers_file=name, defaults=True, quiet=True, settings=Settings())

    assert "template: hello\n" in (tmp_path / name).read_text(encoding="utf-8")
    assert not (tmp_path / ".copier-answers.yml").exists()


@pytest.mark.promise("no-secret", "no-byte-lost", kind="other")
def test_files_with_the_owners_secrets_are_never_overwritten(theirs: Path, here: Path) -> None:
    for name in (".dev.vars", ".env"):
        put(theirs, name, "TOKEN = the template's\n")
        (here / "made").mkdir(exist_ok=True)
        (here / "made" / name).write_text("TOKEN = mine\n", encoding="utf-8")

    copy_plainly(theirs, here / "made", template="hello")

    assert {(here / "made" / name).read_text(encoding="utf-8") for name in (".dev.vars", ".env")} == {"TOKEN = mine\n"}
