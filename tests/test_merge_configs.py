"""The three-way merge of wrangler files and manifests: by keys and by what names a table, with comments kept."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scaffolder.reading.config.jsonc_parser import blank
from scaffolder.system.conflict_markers import merge_conflicts
from scaffolder.updating.merge.file_merge import merge_file
from scaffolder.updating.merge.outcome import Merged

COUNT = 6
"""The entries of each kind that the old template has; the new one changes the even ones, the project the odd ones."""

CARGO = """[package]
name = "demo"
version = "0.1.0"

[dependencies]
# Pinned: worker-build 0.8.7 installs the wasm-bindgen CLI of this version.
wasm-bindgen = "=0.2.129"
worker = "=0.8.7"

# A worker is uploaded and started often.
[profile.release]
opt-level = "z"
"""

WORKER = """name = "demo"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Room"]
"""

PACKAGE = """{
  "name": "demo",
  "scripts": {
    "dev": "wrangler dev",
    "deploy": "wrangler deploy"
  },
  "devDependencies": {
    "wrangler": "4.164.0"
  }
}
"""


def merge(path: str, base: str, theirs: str, ours: str) -> Merged:
    return merge_file(path, base.encode(), theirs.encode(), ours.encode())


def text(merged: Merged) -> str:
    return (merged.content or b"").decode()


def step(tag: str, name: str, comment: str = "") -> str:
    return f'\n{comment}[[migrations]]\ntag = "{tag}"\nnew_sqlite_classes = ["{name}"]\n'


def test_a_bump_of_a_dependency_meets_a_feature_that_was_added_to_it() -> None:
    theirs = CARGO.replace("0.8.7", "0.8.8").replace("0.2.129", "0.2.130")
    ours = CARGO.replace('"=0.8.7"\n', '{ version = "=0.8.7", features = ["d1"] }\nserde = "1"\n')

    merged = merge("Cargo.toml", CARGO, theirs, ours)

    assert not merged.conflicts
    assert text(merged) == theirs.replace('"=0.8.8"\n', '{ version = "=0.8.8", features = ["d1"] }\nserde = "1"\n')


@pytest.mark.parametrize("form", ['worker = "=0.8.7"', 'worker = { version = "=0.8.7" }'])
def test_features_of_both_sides_are_one_list(form: str) -> None:
    base = CARGO.replace('worker = "=0.8.7"', form)
    theirs, ours = (
        base.replace(form, f'worker = {{ version = "=0.8.7", features = ["{it}"] }}') for it in ("http", "d1")
    )

    merged = merge("Cargo.toml", base, theirs, ours)

    assert not merged.conflicts
    assert tomllib.loads(text(merged))["dependencies"]["worker"]["features"] == ["d1", "http"]


def test_a_dependency_in_a_table_of_its_own_is_bumped_there() -> None:
    ours = CARGO.replace(
        'worker = "=0.8.7"\n', '\n[dependencies.worker]\nversion = "=0.8.7" # mine\nfeatures = ["d1"]\n'
    )

    merged = merge("Cargo.toml", CARGO, CARGO.replace('worker = "=0.8.7"', 'worker = "=0.8.8"'), ours)

    assert text(merged) == ours.replace("0.8.7", "0.8.8", 2).replace("build 0.8.8", "build 0.8.7")


def test_a_version_that_both_sides_changed_is_a_conflict_at_its_line_alone() -> None:
    theirs = CARGO.replace("0.8.7", "0.8.8").replace('"z"', '"s"')
    ours = CARGO.replace('worker = "=0.8.7"', 'worker = "=0.9.0"')

    merged = merge("Cargo.toml", CARGO, theirs, ours)

    assert merged.conflicts == ("`dependencies.worker`",)
    assert re.search(r"<<<<<<<.*\n.*0\.9\.0.*\n\|.*\n.*0\.8\.7.*\n=.*\n.*0\.8\.8.*\n>>>>>>>", text(merged))
    assert 'opt-level = "s"' in text(merged)
    assert len(merge_conflicts(".toml", text(merged).encode())) == 1


def test_what_the_template_deletes_and_the_project_changed_is_a_conflict() -> None:
    base = CARGO + "\n[features]\nextra = []\n"

    merged = merge("Cargo.toml", base, CARGO, base.replace("[]", '["serde"]'))

    assert merged.conflicts
    assert 'extra = ["serde"]' in text(merged)


def test_what_the_project_deleted_stays_deleted() -> None:
    merged = merge("Cargo.toml", CARGO, CARGO.replace('"z"', '"s"'), CARGO.partition("# A worker")[0] + "\n# mine\n")

    assert not merged.conflicts
    assert merged.notes == ("`profile` stays deleted, although the new template changes it",)
    assert "profile" not in text(merged)


def test_a_migration_of_the_template_goes_behind_one_with_the_same_tag() -> None:
    ours = WORKER + step("v2", "Mine", "# mine\n")

    merged = merge("wrangler.toml", WORKER, WORKER + step("v2", "Lobby"), ours)

    assert not merged.conflicts
    assert text(merged) == ours + step("v3", "Lobby")


def test_a_migration_that_was_applied_stays_even_where_nobody_edited_the_file() -> None:
    """An addition is replayed behind the template's steps, so its tag is another one in the new version."""
    base = WORKER + step("v2", "Added")

    merged = merge("wrangler.toml", base, WORKER + step("v2", "Lobby") + step("v3", "Added"), base)

    assert text(merged) == base + step("v3", "Lobby")


def test_a_migration_is_appended_once() -> None:
    two, three = WORKER + step("v2", "Lobby"), WORKER + step("v2", "Lobby") + step("v3", "Bar")
    ours = WORKER + step("v2", "Mine")

    for base, theirs in ((WORKER, two), (two, three), (WORKER, three), (two, two)):
        ours = text(merge("wrangler.toml", base, theirs, ours))

    assert ours == WORKER + step("v2", "Mine") + step("v3", "Lobby") + step("v4", "Bar")


def test_a_class_that_the_project_already_has_is_not_created_again() -> None:
    ours = WORKER + step("first", "Lobby")

    assert text(merge("wrangler.toml", WORKER, WORKER + step("v2", "Lobby"), ours)) == ours


def test_a_migration_that_the_template_rewrites_is_a_conflict_that_leaves_the_applied_one() -> None:
    theirs = WORKER.replace("new_sqlite_classes", "new_classes")

    merged = merge("wrangler.toml", WORKER, theirs, WORKER)

    assert merged.conflicts == ("`migrations`",)
    assert text(merged).index("new_sqlite_classes") < text(merged).index("new_classes")


def test_a_new_tag_is_none_that_was_ever_used() -> None:
    base, theirs, ours = (each.encode() for each in (WORKER, WORKER + step("v2", "Lobby"), WORKER + "# mine\n"))

    merged = merge_file("wrangler.toml", base, theirs, ours, used_tags={"v2", "v3"})

    assert tomllib.loads(text(merged))["migrations"][1]["tag"] == "v4"


def test_migrations_of_an_environment_are_a_log_of_their_own() -> None:
    base = WORKER + WORKER.partition("\n")[2].replace("[[migrations", "[[env.test.migrations")
    more = [step("v2", name).replace("[[", "[[env.test.") for name in ("Lobby", "Mine")]

    found = tomllib.loads(text(merge("wrangler.toml", base, base + more[0], base + more[1])))

    assert [each["tag"] for each in found["env"]["test"]["migrations"]] == ["v1", "v2", "v3"]
    assert len(found["migrations"]) == 1


def test_scripts_of_both_sides_and_a_bump_are_merged_in_a_package_json() -> None:
    theirs = PACKAGE.replace("4.164.0", "4.165.0").replace('deploy"\n', 'deploy",\n    "check": "cargo fmt"\n')
    ours = PACKAGE.replace('4.0"\n', '4.0",\n    "mine": "1"\n').replace('deploy"\n', 'deploy",\n    "own": "x"\n')

    merged = merge("package.json", PACKAGE, theirs, ours)

    assert not merged.conflicts
    assert text(merged) == ours.replace("4.164.0", "4.165.0").replace(
        '"own": "x"\n', '"own": "x",\n    "check": "cargo fmt"\n'
    )


def test_a_list_whose_order_counts_takes_changes_at_different_places() -> None:
    base = '{"args": ["-a", "-b", "-c", "-d"]}\n'

    merged = merge("wrangler.json", base, base.replace('"-a"', '"-0", "-a"'), base.replace('"-d"', '"-d", "-e"'))
    clash = merge("wrangler.json", base, base.replace("-a", "-0"), base.replace("-a", "-1"))

    assert json.loads(text(merged))["args"] == ["-0", "-a", "-b", "-c", "-d", "-e"]
    assert clash.conflicts == ("`args`",)


def test_the_two_ways_to_declare_classes_are_never_both_in_one_file() -> None:
    theirs = 'name = "demo"\n\n[exports.Room]\ntype = "durable-object"\nstorage = "sqlite"\n'

    merged = merge("wrangler.toml", WORKER.partition("\n\n")[0] + "\n", theirs, WORKER)

    assert merged.conflicts == ("`migrations`",)


def test_tables_without_names_are_merged_by_lines_in_other_files() -> None:
    base = "".join(f"[[step]]\nrun = {number}\n\n" for number in range(4))

    merged = merge("tests/smoke.toml", base, base.replace("= 0", "= 10"), base.replace("= 3", "= 13"))

    assert (text(merged), merged.conflicts) == (base.replace("= 0", "= 10").replace("= 3", "= 13"), ())


@pytest.mark.parametrize("path", ["Cargo.toml", "wrangler.jsonc"])
def test_a_file_that_does_not_parse_is_merged_line_by_line(path: str) -> None:
    merged = merge(path, "a =\nb\nc\n", "a =\nb\nC\n", "A =\nb\nc\n")

    assert (text(merged), merged.conflicts) == ("A =\nb\nC\n", ())


# --- any edits of both sides, at different keys ---

Edit = tuple[str, int]
EDITS: dict[str, Callable[[dict[str, Any], str, int], None]] = {
    "set variable": lambda data, side, number: data["vars"].update({f"V{number}": side}),
    "delete variable": lambda data, _, number: data["vars"].pop(f"V{number}", None),
    "add variable": lambda data, side, number: data["vars"].update({f"{side}{number}": "new"}),
    "add binding": lambda data, side, number: data["kv_namespaces"].append({"binding": f"{side}{number}", "id": "new"}),
    "change binding": lambda data, side, number: _binding(data, number).update(id=side),
    "extend binding": lambda data, side, number: _binding(data, number).update({f"{side}_id": "more"}),
    "remove binding": lambda data, _, number: data["kv_namespaces"].remove(_binding(data, number)),
    "add cron": lambda data, side, number: data["triggers"]["crons"].append(f"{number} {side} * * *"),
    "remove cron": lambda data, _, number: data["triggers"]["crons"].remove(f"{number} 0 * * *"),
    "add table": lambda data, side, number: data.update({f"{side}_{number}": {"key": number}}),
    "set key": lambda data, side, number: data.update({f"key_{number}": side}),
}


def _binding(data: dict[str, Any], number: int) -> dict[str, Any]:
    return next(each for each in data["kv_namespaces"] if each["binding"] == f"K{number}")


def original() -> dict[str, Any]:
    return {
        **{f"key_{number}": "old" for number in range(COUNT)},
        "vars": {f"V{number}": "old" for number in range(COUNT)},
        "triggers": {"crons": [f"{number} 0 * * *" for number in range(COUNT)]},
        "kv_namespaces": [{"binding": f"K{number}", "id": "old"} for number in range(COUNT)],
    }


def edited(data: dict[str, Any], side: str, edits: list[Edit]) -> dict[str, Any]:
    """Return data after edits; one whose place is gone by an earlier one is left out."""
    data = copy.deepcopy(data)
    for name, number in edits:
        try:
            EDITS[name](data, side, number)
        except (StopIteration, ValueError):
            continue
    return data


def edits(parity: int) -> st.SearchStrategy[list[Edit]]:
    numbers = st.sampled_from(range(parity, COUNT, 2))
    return st.lists(st.tuples(st.sampled_from(sorted(EDITS)), numbers), max_size=5, unique=True)


def toml(data: dict[str, Any], notes: dict[int, str], *, is_wide: bool) -> str:
    """Write data as TOML, with a comment above some of its lines."""
    listed = [f"{key} = {json.dumps(value)}" for key, value in data.items() if isinstance(value, str)]
    for key, value in data.items():
        if isinstance(value, dict):
            listed += ["", f"[{key}]", *(f"{name} = {_toml(each, is_wide=is_wide)}" for name, each in value.items())]
        elif isinstance(value, list):
            for table in value:
                listed += ["", f"[[{key}]]", *(f"{name} = {json.dumps(each)}" for name, each in table.items())]
    return _with(listed, notes, "#")


def _toml(value: Any, *, is_wide: bool) -> str:
    if isinstance(value, list) and is_wide:
        return "[\n" + "".join(f"  {json.dumps(each)},\n" for each in value) + "]"
    return json.dumps(value)


def jsonc(data: dict[str, Any], notes: dict[int, str], *, is_wide: bool) -> str:
    """Write data as JSON, with a comment above some of its lines."""
    return _with(json.dumps(data, indent="\t" if is_wide else 2).splitlines(), notes, "//")


def _with(listed: list[str], notes: dict[int, str], mark: str) -> str:
    rows = [
        f"{mark} {notes[number]} {number}\n{row}" if number in notes and row else row
        for number, row in enumerate(listed)
    ]
    return "\n".join(rows) + "\n"


def read(path: str, content: str) -> Any:
    data = tomllib.loads(content) if path.endswith(".toml") else json.loads(blank(content.encode()))
    data.get("kv_namespaces", []).sort(key=lambda each: each["binding"])
    data.get("triggers", {}).get("crons", []).sort()
    return data


NOTES = st.dictionaries(st.integers(0, 20), st.sampled_from(["mine", "ours"]), max_size=4)


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(["wrangler.toml", "wrangler.jsonc", "wrangler.test.toml"]), data=st.data())
def test_edits_of_both_sides_at_different_keys_are_all_in_the_result(path: str, data: st.DataObject) -> None:
    theirs, ours, is_wide = data.draw(edits(0)), data.draw(edits(1)), data.draw(st.booleans())
    notes, newline = data.draw(NOTES), data.draw(st.sampled_from(["\n", "\r\n"]))
    write = toml if path.endswith(".toml") else jsonc
    base = original()
    old, new = (write(each, {}, is_wide=is_wide) for each in (base, edited(base, "T", theirs)))
    own = write(edited(base, "O", ours), notes, is_wide=is_wide).replace("\n", newline)

    merged = merge(path, old, new, own)

    if merged.conflicts:
        # A comment that the project put above what the new template deletes.
        assert notes
        assert any(name.startswith(("delete", "remove")) for name, _ in theirs)
        return
    assert read(path, text(merged)) == read(
        path, write(edited(edited(base, "T", theirs), "O", ours), {}, is_wide=False)
    )
    comments = [line.strip() for line in own.splitlines() if " mine " in line or " ours " in line]
    assert all(comment in text(merged) for comment in comments)
    assert text(merged).count("\n") == text(merged).count(newline)


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from(["wrangler.toml", "wrangler.jsonc"]), theirs=edits(0), ours=edits(0))
# Both once put a whole array of the project on one line.
@example("wrangler.jsonc", [("add binding", 0), ("remove binding", 4)], [("add binding", 0)])
@example(
    "wrangler.toml", [("add cron", 0), ("remove cron", 0), ("remove cron", 2)], [("add cron", 0), ("remove cron", 2)]
)
def test_a_conflict_is_marked_and_loses_nothing(path: str, theirs: list[Edit], ours: list[Edit]) -> None:
    write = toml if path.endswith(".toml") else jsonc
    base = original()
    old, new, own = (
        write(each, {}, is_wide=True) for each in (base, edited(base, "T", theirs), edited(base, "O", ours))
    )

    merged = merge(path, old, new, own)

    found = merge_conflicts(path[path.index(".") :], text(merged).encode())
    assert bool(found) == bool(merged.conflicts)
    added = {line.strip(" \t,") for line in own.splitlines()} - {line.strip(" \t,") for line in old.splitlines()}
    assert added <= {line.strip(" \t,") for line in text(merged).splitlines()}
    if not merged.conflicts:
        read(path, text(merged))
