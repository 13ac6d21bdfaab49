"""The versions of tools that a project asks for build it, and each is compiled once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scaffolder.reading.installs import Install, in_text

from .conftest import Scaffold
from .fakes import stage as stages
from .fakes.stage import Stage
from .fakes.toolbox import Toolbox
from .test_dev import dev

BUILT = f"worker-build --version > built-by; worker-build; {stages.PLAYS['build']}"


@pytest.fixture
def stage(scaffold: Scaffold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:  # noqa: ARG001 - ours comes after
    return stages.set_up(tmp_path / "stage", monkeypatch)


def installing(stage: Stage, install: str, **plays: str) -> Path:
    """Make a project whose build command first installs worker-build, and then writes the version that it runs."""
    project = stage.project(build=BUILT, **plays)
    command = f"{install}\nsh plays/build"
    config = f'name = "guest-book"\n\n[build]\ncommand = """{command}"""\n'
    (project / "wrangler.toml").write_text(config, encoding="utf-8")
    return project


def proved(scaffold: Scaffold, project: Path) -> tuple[dict[str, Any], str]:
    """Validate a project; return its proof, and the version of worker-build that built it."""
    outcome = scaffold("validate", str(project), "--json", "--keep")
    assert outcome.document.get("proofs"), outcome.err
    (proof,) = outcome.document["proofs"]
    return proof, (Path(proof["kept"]) / "built-by").read_text(encoding="utf-8").split()[-1]


# --- which installations are seen --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        ('cargo install -q "worker-build@^0.8" && worker-build --release', "^0.8"),
        ("cargo install -q worker-build && worker-build --release", "*"),
        ("cargo install -q --version 0.8.5 worker-build; worker-build --release", "=0.8.5"),
        ("cargo install -q worker-build --vers=^0.7 ; worker-build", "^0.7"),
        ("cargo install worker-build@0.8.5 --locked && worker-build", "=0.8.5"),
        ("cargo +stable install --force worker-build@0.8.5", "=0.8.5"),
        ("cargo install 'worker-build@>=0.7, <0.9' && worker-build", ">=0.7, <0.9"),
        ("cargo install -F one wasm-opt worker-build@0.8.5", "=0.8.5"),
        ("cargo binstall -y worker-build@0.8.5 && worker-build", "=0.8.5"),
        ("command -v worker-build || cargo install worker-build@0.8.5", "=0.8.5"),
        ('execSync("cargo install worker-build@0.8.5");', "=0.8.5"),
        ('spawnSync("cargo", ["install", "-q", "worker-build@0.8.5"]);', "=0.8.5"),
        ("cargo install --git https://example.com/workers-rs worker-build", ""),
        ("cargo install --root .tools worker-build@0.8.5", ""),
    ],
)
def test_an_installation_is_seen_whatever_its_form(text: str, requirement: str) -> None:
    assert list(in_text(text)) == [Install(requirement)]


@pytest.mark.parametrize(
    "text",
    [
        "worker-build --release",
        "cargo install wasm-opt && worker-build --release",
        "cargo install --list && worker-build --release",
        "# cargo install worker-build@0.1.2\nworker-build --release",
        "// cargo install worker-build@0.1.2",
        "cargo install worker-build@$VERSION && worker-build",
    ],
)
def test_what_installs_no_certain_version_is_none(text: str) -> None:
    assert list(in_text(text)) == []


# --- the version that is asked for builds ------------------------------------------------------


@pytest.mark.parametrize(
    ("install", "version"),
    [
        ("cargo install -q worker-build@0.8.5 --locked", "0.8.5"),
        ("cargo install -q --version 0.7.5 worker-build", "0.7.5"),
        ("cargo install -q 'worker-build@^0.8'", "0.8.9"),
        ("cargo install -q worker-build", "0.8.9"),
    ],
)
def test_the_version_that_is_installed_builds_and_is_compiled_once(
    scaffold: Scaffold, stage: Stage, install: str, version: str
) -> None:
    project = installing(stage, install)

    first, second = proved(scaffold, project), proved(scaffold, project)

    assert (first[0]["verdict"], first[1], second[1]) == ("proven", version, version)
    assert stage.compiled() == [f"worker-build {version}"]
    assert not (stage.registry / "global").exists()


def test_a_script_that_the_command_names_is_read_too(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project(build=f"cargo install -q worker-build@0.8.5 && {BUILT}")
    (project / "build.sh").write_text((project / "plays" / "build").read_text(encoding="utf-8"), encoding="utf-8")
    (project / "wrangler.toml").write_text(
        'name = "guest-book"\n\n[build]\ncommand = "sh build.sh"\n', encoding="utf-8"
    )

    assert proved(scaffold, project)[1] == "0.8.5"
    assert stage.compiled() == ["worker-build 0.8.5"]


def test_the_version_in_package_json_counts_for_a_script_that_compares_it(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project(build=BUILT)
    (project / "build.mjs").write_text('const wanted = manifest.config["worker-build"];\n', encoding="utf-8")
    (project / "package.json").write_text('{"config": {"worker-build": "0.8.5"}}\n', encoding="utf-8")
    config = 'name = "guest-book"\n\n[build]\ncommand = ": build.mjs; sh plays/build"\n'
    (project / "wrangler.toml").write_text(config, encoding="utf-8")

    assert proved(scaffold, project)[1] == "0.8.5"


def test_a_build_that_installs_something_unseen_writes_into_no_folder_of_others(
    scaffold: Scaffold, stage: Stage
) -> None:
    hidden = installing(stage, 'V=0.7.5; cargo install -q "worker-build@$V"')
    plain = stage.project("plain", build=BUILT)

    assert proved(scaffold, hidden)[1] == "0.7.5"
    assert proved(scaffold, hidden)[1] == "0.7.5"
    assert proved(scaffold, plain)[1] == "0.8.7"
    assert stage.compiled() == ["worker-build 0.7.5"]
    assert not (stage.registry / "global").exists()


def test_a_range_is_built_offline_with_what_was_installed_before(scaffold: Scaffold, stage: Stage) -> None:
    project = installing(stage, "cargo install -q 'worker-build@^0.8'")
    proved(scaffold, project)
    (stage.registry / "no-network").touch()

    proof, version = proved(scaffold, project)

    assert (proof["verdict"], version) == ("proven", "0.8.9")
    assert stage.compiled() == ["worker-build 0.8.9"]


def test_an_exact_version_asks_no_registry(scaffold: Scaffold, stage: Stage) -> None:
    project = installing(stage, "cargo install -q worker-build@0.8.5 --locked")
    proved(scaffold, project)
    for name in ("no-network", "no-crates"):
        (stage.registry / name).touch()

    assert proved(scaffold, project)[0]["verdict"] == "proven"


def test_a_version_that_cannot_be_installed_is_refused_before_anything_is_built(
    scaffold: Scaffold, stage: Stage
) -> None:
    project = installing(stage, "cargo install -q worker-build@0.8.5")
    (stage.registry / "no-crates").touch()

    outcome = scaffold("validate", str(project))

    assert outcome.code == 6
    assert "could not install worker-build" in outcome.err
    assert "build" not in [line.split()[1] for line in outcome.err.splitlines() if line.startswith("ok ")]


def test_a_requirement_that_no_version_fulfils_is_refused(scaffold: Scaffold, stage: Stage) -> None:
    outcome = scaffold("validate", str(installing(stage, "cargo install -q 'worker-build@^7'")))

    assert outcome.code == 2
    assert "no worker-build fulfils `^7`" in outcome.err


# --- a shell and the dev server ----------------------------------------------------------------


def test_a_shell_gets_the_pinned_version_and_in_a_project_the_one_that_it_asks_for(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = installing(stage, "cargo install -q worker-build@0.8.5")
    monkeypatch.chdir(tmp_path)
    elsewhere = scaffold("env", "--json").document["environment"]
    monkeypatch.chdir(project / "src")
    inside = scaffold("env", "--json").document["environment"]

    for variables, version in ((elsewhere, "0.8.7"), (inside, "0.8.5")):
        assert Path(variables["CARGO_INSTALL_ROOT"]).name == f"worker-build-{version}"
        assert variables["PATH"].startswith(f"{variables['CARGO_INSTALL_ROOT']}/bin:")


@pytest.mark.parametrize(("words", "version"), [([], "0.8.5"), (["--env", "staging"], "0.7.5")])
def test_the_dev_server_gets_the_version_of_the_environment_that_it_serves(
    stage: Stage, words: list[str], version: str
) -> None:
    project = stage.project(dev="echo root $CARGO_INSTALL_ROOT")
    (project / "wrangler.toml").unlink()
    build = {"command": "cargo install -q worker-build@0.8.5 && worker-build"}
    staging = {"build": {"command": "cargo install -q worker-build@0.7.5 && worker-build"}}
    config = {"name": "guest-book", "build": build, "env": {"staging": staging}}
    (project / "wrangler.json").write_text(json.dumps(config), encoding="utf-8")

    ran = dev(str(project), *words)

    assert ran.returncode == 0, ran.stderr
    assert f"worker-build-{version}\n" in ran.stdout
    assert stage.compiled() == [f"worker-build {version}"]


# --- the versions in Cargo.lock ----------------------------------------------------------------


def locking(project: Path, **versions: str) -> Path:
    """Give a project a Cargo.lock."""
    packages = [f'[[package]]\nname = "{name.replace("_", "-")}"\nversion = "{at}"\n' for name, at in versions.items()]
    (project / "Cargo.lock").write_text("\n".join(packages), encoding="utf-8")
    return project


def bound_by(proof: dict[str, Any]) -> str:
    version: str = proof["versions"]["wasm-bindgen"]
    return version


@pytest.mark.parametrize("locked", ["0.2.130", "0.2.100"])
def test_the_wasm_bindgen_in_the_lock_is_the_one_that_builds(scaffold: Scaffold, stage: Stage, locked: str) -> None:
    project = locking(stage.project(build=BUILT), wasm_bindgen=locked, worker="0.8.7")

    first, second = proved(scaffold, project)[0], proved(scaffold, project)[0]

    assert (first["verdict"], bound_by(first), bound_by(second)) == ("proven", locked, locked)
    assert stage.compiled() == [f"wasm-bindgen-cli {locked}"]


def test_the_pinned_wasm_bindgen_needs_no_other(scaffold: Scaffold, stage: Stage) -> None:
    project = locking(stage.project(build=BUILT), wasm_bindgen="0.2.129", worker="0.8.7")

    assert bound_by(proved(scaffold, project)[0]) == "0.2.129"
    assert stage.compiled() == []


def test_a_wasm_bindgen_that_cannot_be_installed_is_refused_with_both_versions_and_the_command(
    scaffold: Scaffold, stage: Stage
) -> None:
    project = locking(stage.project(), wasm_bindgen="0.2.130", js_sys="0.3.107", worker="0.8.7")
    (stage.registry / "no-crates").touch()

    outcome = scaffold("validate", str(project))
    served = dev(str(project))

    for code, text in ((outcome.code, outcome.err), (served.returncode, served.stderr)):
        assert code == 6
        assert "Cargo.lock has wasm-bindgen 0.2.130, whose program could not be installed; there is 0.2.129" in text
        assert "cargo update wasm-bindgen js-sys --precise 0.2.129" in text
        assert "Connection refused" in text
    assert not (project / "build").exists()


def test_a_lock_that_is_missing_is_made_first_and_read(scaffold: Scaffold, stage: Stage) -> None:
    project = stage.project(build=BUILT)
    manifest = '[package]\nname = "guest-book"\n\n[dependencies]\nwasm-bindgen-cli = "^0.2"\n'
    (project / "Cargo.toml").write_text(manifest, encoding="utf-8")
    (stage.registry / "as").write_text("wasm-bindgen", encoding="utf-8")

    assert bound_by(proved(scaffold, project)[0]) == "0.2.130"
    assert not (project / "Cargo.lock").exists()


@pytest.mark.parametrize(("worker", "version"), [("0.7.2", "0.7.5"), ("0.5.0", "0.1.14"), ("0.8.3", "0.8.7")])
def test_a_build_that_names_no_worker_build_gets_one_that_goes_with_the_worker_crate(
    scaffold: Scaffold, stage: Stage, worker: str, version: str
) -> None:
    proof, built_by = proved(scaffold, locking(stage.project(build=BUILT), worker=worker))

    assert (proof["verdict"], built_by) == ("proven", version)
    assert (proof["versions"]["worker"], proof["versions"]["worker-build"]) == (worker, version)


@pytest.mark.parametrize(
    ("install", "worker", "what"),
    [
        ("worker-build@0.7.5", "0.8.7", "worker-build 0.7.5 cannot build worker 0.8.7"),
        ("worker-build", "0.7.2", "worker-build 0.8.9 cannot build worker 0.7.2"),
        ("'worker-build@^0.8'", "0.5.0", "worker-build 0.8.9 cannot build worker 0.5.0"),
    ],
)
def test_a_worker_build_that_refuses_the_worker_crate_is_named_before_anything_is_built(
    scaffold: Scaffold, stage: Stage, install: str, worker: str, what: str
) -> None:
    outcome = scaffold("validate", str(locking(installing(stage, f"cargo install -q {install}"), worker=worker)))

    assert outcome.code == 1
    assert what in outcome.err
    assert stage.compiled() == []


def test_the_report_names_the_versions(scaffold: Scaffold, stage: Stage) -> None:
    project = locking(stage.project(), worker="0.8.7", wasm_bindgen="0.2.129")

    assert (
        "with worker 0.8.7, worker-build 0.8.7, wasm-bindgen 0.2.129, node 24.19.0, "
        in scaffold("validate", str(project)).out
    )


# --- the Rust of rust-toolchain.toml -----------------------------------------------------------


@pytest.fixture
def users_rust(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return a stage on which the user's rustup has three more toolchains."""
    box = stage.folder.parent / "users"
    monkeypatch.setenv("RUSTUP_HOME", str(box / "rustup"))
    for release, name in (("1.93.0", "1.93.0-fake"), ("1.93.0", "1.93-fake"), ("1.98.0-beta.2", "beta-fake")):
        Toolbox(box).rust(release, root=box / "rustup" / "toolchains" / name)
    return stage


@pytest.mark.parametrize(
    ("file", "content", "release"),
    [
        ("rust-toolchain.toml", '[toolchain]\nchannel = "1.93.0"\n', "1.93.0"),
        ("rust-toolchain.toml", '[toolchain]\nchannel = "1.93.0-x86_64-unknown-linux-gnu"\n', "1.93.0"),
        ("rust-toolchain", "1.93.0\n", "1.93.0"),
        ("../rust-toolchain.toml", "[toolchain]\nchannel = '1.93'\n", "1.93.0"),
        ("rust-toolchain.toml", '[toolchain]\nchannel = "beta"\n', "1.98.0-beta.2"),
        ("rust-toolchain.toml", '[toolchain]\nchannel = "stable"\n', "1.96.0"),
        ("rust-toolchain.toml", '[toolchain]\nchannel = "1.96"\n', "1.96.0"),
    ],
)
def test_the_rust_that_a_project_asks_for_builds_it(
    scaffold: Scaffold, users_rust: Stage, file: str, content: str, release: str
) -> None:
    project = users_rust.project(build=f"rustc -vV > used; {BUILT}")
    (project / file).write_text(content, encoding="utf-8")

    proof = proved(scaffold, project)[0]

    assert (proof["versions"]["rust"], proof["rust_release"]) == (release, release)
    assert f"release: {release}\n" in (Path(proof["kept"]) / "used").read_text(encoding="utf-8")


@pytest.mark.parametrize("asked", ["1.93.0", "nightly-2026-01-01", "our-own"])
def test_a_rust_that_is_not_there_is_refused_with_both_versions(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("RUSTUP_HOME", str(stage.folder / "none"))
    project = stage.project()
    (project / "rust-toolchain.toml").write_text(f'[toolchain]\nchannel = "{asked}"\n', encoding="utf-8")

    outcome = scaffold("validate", str(project))
    served = dev(str(project))

    for code, text in ((outcome.code, outcome.err), (served.returncode, served.stderr)):
        assert code == 3
        assert f"rust-toolchain.toml asks for Rust {asked}, and there is only 1.96.0" in text
        assert f"rustup toolchain install {asked} --target wasm32-unknown-unknown" in text


def test_a_rust_that_is_not_there_is_installed_by_rustup(scaffold: Scaffold, stage: Stage) -> None:
    box = Toolbox(stage.folder.parent / "machine")
    ready = box.rust("1.93.0").parent
    place = '"$RUSTUP_HOME/toolchains/1.93.0-fake"'
    box.rustup(f"/bin/mkdir -p {place}; /bin/cp -r {ready}/. {place}\n")
    project = stage.project()
    (project / "rust-toolchain.toml").write_text('[toolchain]\nchannel = "1.93.0"\n', encoding="utf-8")

    outcome = scaffold("validate", str(project), "--json")

    assert outcome.document["proofs"][0]["rust_release"] == "1.93.0", outcome.err
    assert "getting Rust 1.93.0, by rustup into the tool folder" in outcome.err


EVIL = "#!/bin/sh\ntouch {}\n"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("rust-toolchain.toml", '[toolchain]\nchannel = "../{}"\n'),
        ("Cargo.lock", '[[package]]\nname = "wasm-bindgen"\nversion = "0/../../../{}"\n'),
        ("wrangler.toml", 'name = "x"\n[build]\ncommand = "cargo install worker-build@0.8.5/../../../{} && x"\n'),
    ],
)
def test_no_version_leads_to_a_program_of_the_project(
    scaffold: Scaffold, stage: Stage, monkeypatch: pytest.MonkeyPatch, file: str, text: str
) -> None:
    project, ran = stage.project(), stage.folder / "ran"
    monkeypatch.setenv("RUSTUP_HOME", str(project))
    (project / "toolchains").mkdir()
    for name in ("rustc", "wasm-bindgen", "worker-build"):
        program = project / "evil" / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(EVIL.format(ran), encoding="utf-8")
        program.chmod(0o755)
    for folder in ("wasm-bindgen-cli-0", "worker-build-0.8.5"):
        (stage.cache / "tools" / "x" / folder).mkdir(parents=True)
    (project / file).write_text(text.format("evil"), encoding="utf-8")
    monkeypatch.chdir(project)

    scaffold("env")

    assert not ran.exists()


# --- the wrangler of a lock --------------------------------------------------------------------

FOREIGN = {
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n\npackages:\n\n  wrangler@4.100.0:\n    resolution: {}\n",
    "yarn.lock": '"wrangler@npm:^4":\n  version: 4.100.0\n',
    "bun.lock": '{"packages": {"wrangler": ["wrangler@4.100.0", "", {}]}}\n',
}
PUT = 'mkdir -p node_modules/wrangler; echo \'{"version": "4.100.0"}\' > node_modules/wrangler/package.json'


@pytest.mark.parametrize("name", FOREIGN)
def test_the_wrangler_in_the_lock_of_another_package_manager_is_used(
    scaffold: Scaffold, stage: Stage, name: str
) -> None:
    project = stage.project(npm_ci=f"echo $* > words; {PUT}", build=BUILT)
    (project / name).write_text(FOREIGN[name], encoding="utf-8")

    proof = proved(scaffold, project)[0]

    assert proof["steps"][0]["summary"] == "npm install: wrangler 4.100.0"
    assert proof["versions"]["wrangler"] == "4.100.0"
    assert "wrangler@4.100.0" in (Path(proof["kept"]) / "words").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("requirement", "summary"),
    [
        ("^4.100.0", "wrangler 4.164.0 from the tool folder"),
        ("4.164.0", "wrangler 4.164.0 from the tool folder"),
        ("4.x", "wrangler 4.164.0 from the tool folder"),
        ("latest", "wrangler 4.164.0 from the tool folder"),
        ("^3.99.0", "npm install: wrangler 4.100.0"),
        ("~4.100.0", "npm install: wrangler 4.100.0"),
        ("4.100.0", "npm install: wrangler 4.100.0"),
    ],
)
def test_without_a_lock_the_requirement_decides(
    scaffold: Scaffold, stage: Stage, requirement: str, summary: str
) -> None:
    project = stage.project(npm_ci=PUT, build=BUILT)
    manifest = {"devDependencies": {"wrangler": requirement}}
    (project / "package.json").write_text(json.dumps(manifest), encoding="utf-8")

    assert proved(scaffold, project)[0]["steps"][0]["summary"] == summary


def test_the_dev_server_is_the_wrangler_of_the_lock_or_none(stage: Stage) -> None:
    project = stage.project(dev="echo served by $1")
    (project / "pnpm-lock.yaml").write_text(FOREIGN["pnpm-lock.yaml"], encoding="utf-8")

    without = dev(str(project))
    modules = project / "node_modules" / "wrangler"
    modules.mkdir(parents=True)
    (modules / "package.json").write_text('{"version": "4.100.0"}', encoding="utf-8")
    with_it = dev(str(project))

    assert without.returncode == 3
    assert "pnpm-lock.yaml asks for wrangler 4.100.0, and there is only 4.164.0" in without.stderr
    assert (with_it.returncode, with_it.stdout) == (0, "served by dev\n"), with_it.stderr
