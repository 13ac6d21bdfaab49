"""What `pip install` brings: the same catalogue as the clone, dotfiles and all."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from scaffolder.catalogue import manifests, release
from scaffolder.core.errors import BadInput

from .conftest import ROOT, copy_work_tree


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build the sdist, and the wheel out of that."""
    place = tmp_path_factory.mktemp("dist")
    hatch = [sys.executable, "-m", "hatchling", "build", "-d", str(place)]
    subprocess.run([*hatch, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    sdist = next(place.glob("*.tar.gz"))
    with tarfile.open(sdist) as archive:
        archive.extractall(place, filter="data")
    unpacked = next(path for path in place.iterdir() if path.is_dir())
    subprocess.run([*hatch, "-t", "wheel"], cwd=unpacked, check=True, capture_output=True)
    return sdist, next(place.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(distributions: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel where nothing of the clone can be seen; answer its `scaffold`.

    The dependencies are lent by the environment of the tests, so that no network is needed.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    packages = next((folder / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(distributions[1]) as wheel:
        wheel.extractall(packages)
    lent = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "lent.pth").write_text("\n".join(lent), encoding="utf-8")
    return folder / "bin" / "python"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".copier-answers.yml"
    }


@pytest.mark.parametrize("id_", manifests.template_ids())
def test_the_wheel_makes_the_same_tree_as_the_clone(installed: Path, tmp_path: Path, id_: str) -> None:
    arguments = ["new", "same-worker", "--template", id_, "--defaults", "--no-git"]
    trees = []
    for number, front in enumerate([[str(installed), "-m", "scaffolder"], [sys.executable, str(ROOT / "scaffold.py")]]):
        place = tmp_path / str(number)
        place.mkdir()
        subprocess.run([*front, *arguments], cwd=place, check=True, capture_output=True, env=offline())
        trees.append(tree(place))

    assert trees[0] == trees[1]


def test_a_project_of_the_wheel_records_the_canonical_source_and_the_release(installed: Path, tmp_path: Path) -> None:
    subprocess.run(
        [str(installed), "-m", "scaffolder", "new", "recorded", "--template", "hello", "--defaults"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env=offline(),
    )

    answers = (tmp_path / "recorded" / ".copier-answers.yml").read_text(encoding="utf-8")
    pins = manifests.pins()
    assert f"_commit: v{pins.catalogue_version}\n" in answers
    assert f"_src_path: {pins.catalogue_source}\n" in answers


@pytest.mark.parametrize("command", ["scaffold", "rust-worker-scaffold"])
def test_the_wheel_has_the_command_under_both_names(installed: Path, tmp_path: Path, command: str) -> None:
    start = (
        "import sys; from importlib.metadata import distribution; "
        "scripts = distribution('rust-worker-scaffold').entry_points.select(group='console_scripts'); "
        "sys.argv[0] = sys.argv.pop(1); sys.exit(scripts[sys.argv[0]].load()())"
    )
    ran = subprocess.run(
        [str(installed), "-c", start, command, "--version"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env=offline(),
    )

    assert ran.stdout == f"scaffold {manifests.pins().catalogue_version}\n"


def test_every_address_of_the_wheel_is_the_catalogues_source(distributions: tuple[Path, Path]) -> None:
    metadata = metadata_of(distributions[1])
    kind, _, repository = manifests.pins().catalogue_source.partition(":")
    addresses = dict(value.split(", ") for value in metadata.get_all("Project-URL", []))

    assert kind == "gh"
    assert addresses["Source"] == f"https://github.com/{repository}"
    assert [url for url in addresses.values() if not f"{url}/".startswith(f"{addresses['Source']}/")] == []
    for name, path in (("Documentation", "docs"), ("Changelog", "CHANGELOG.md")):
        assert addresses[name].endswith(f"/{path}")
        assert (ROOT / path).exists()


def test_no_public_index_would_take_the_wheel(distributions: tuple[Path, Path]) -> None:
    assert "Private :: Do Not Upload" in metadata_of(distributions[1]).get_all("Classifier", [])


def metadata_of(wheel: Path) -> Message:
    """Return the metadata of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


def test_the_sdist_holds_what_the_wheel_is_made_of(distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"copier.yml", "scaffold.py", "requirements.lock", "LICENSE", "CHANGELOG.md"} <= names
    assert {"templates/_shared/gitignore", f"templates/hello/skeleton/{manifests.SHARED}"} <= names


def offline() -> dict[str, str]:
    """Return an environment in which every network request fails."""
    closed = "http://127.0.0.1:9"
    return {**os.environ, "http_proxy": closed, "https_proxy": closed, "ALL_PROXY": closed}


def test_both_carry_what_moved_and_every_release_and_none_is_large(distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[0]) as sdist, zipfile.ZipFile(distributions[1]) as wheel:
        in_sdist = {name.partition("/")[2] for name in sdist.getnames()}
        prefix = "scaffolder/catalogue/bundle/"
        in_wheel = {name.removeprefix(prefix) for name in wheel.namelist() if name.startswith(prefix)}
    releases = {path.relative_to(ROOT).as_posix() for path in (ROOT / "releases").iterdir()}

    assert releases | {"CHANGELOG.md"} <= in_sdist & in_wheel
    assert [path for path in (ROOT / "releases").glob("*.tar.xz") if path.stat().st_size > release.LARGEST] == []


def test_a_release_has_the_same_bytes_each_time_and_is_small(bundle: Path, tmp_path: Path) -> None:
    packed = [release.pack(bundle, tmp_path / name).read_bytes() for name in ("one", "other")]

    assert packed[0] == packed[1]
    assert len(packed[0]) <= release.LARGEST
    (bundle_copy := tmp_path / "changed").mkdir()
    copy_work_tree(bundle_copy, "copier.yml", "templates")
    (bundle_copy / "copier.yml").write_text("# changed\n" + (bundle_copy / "copier.yml").read_text(encoding="utf-8"))
    with pytest.raises(BadInput, match="cannot pack the release"):
        release.pack(bundle_copy, tmp_path / "one")
