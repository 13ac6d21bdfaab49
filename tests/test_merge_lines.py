"""The three-way merge of texts, line by line: what it takes, and which bytes it keeps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffolder.system.conflict_markers import merge_conflicts
from scaffolder.updating.merge import line_merge
from scaffolder.updating.merge.file_merge import merge_file

LINES = st.lists(st.sampled_from(["a", "b", "c", "d", "x", "y", "", "  a"]), max_size=12)
ENDS = st.sampled_from(["\n", "\r\n"])
MARK = b"\xef\xbb\xbf"


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Return a text with any line ends, with or without a byte order mark and a last line break."""
    ends = draw(ENDS)
    text = "".join(line + ends for line in draw(LINES)).encode()
    text = text[: -len(ends)] if draw(st.booleans()) and text.endswith(ends.encode()) else text
    return MARK + text if draw(st.booleans()) else text


@settings(deadline=None)
@given(texts(), texts())
def test_what_one_side_alone_changed_is_taken_as_it_is(base: bytes, other: bytes) -> None:
    assert merge_file("notes.txt", base, base, other).content == other
    assert merge_file("notes.txt", base, other, base).content == other
    assert merge_file("notes.txt", base, other, other).content == other


@settings(deadline=None)
@given(texts(), texts(), texts())
def test_no_line_of_the_project_is_lost(base: bytes, theirs: bytes, ours: bytes) -> None:
    """Each line of the project that the old template does not have is in the result."""
    merged = merge_file("notes.txt", base, theirs, ours).content or b""

    own = set(ours.removeprefix(MARK).splitlines()) - set(base.removeprefix(MARK).splitlines())
    assert own <= set(merged.removeprefix(MARK).splitlines())


@settings(deadline=None)
@given(texts(), texts(), texts())
def test_markers_are_where_there_is_a_conflict_and_nowhere_else(base: bytes, theirs: bytes, ours: bytes) -> None:
    merged = merge_file("notes.txt", base, theirs, ours)

    assert len(merge_conflicts(".txt", merged.content or b"")) == len(merged.conflicts)


@settings(deadline=None)
@given(texts(), texts(), texts())
def test_every_line_break_is_one_that_the_project_has(base: bytes, theirs: bytes, ours: bytes) -> None:
    merged = line_merge.merged(base, theirs, ours).content

    if ours not in (base, theirs) and b"\r\n" in ours:
        assert merged.count(b"\n") == merged.count(b"\r\n")


def test_changes_at_different_places_are_both_taken() -> None:
    merged = merge_file("notes.txt", b"a\nb\nc\nd\n", b"A\nb\nc\nd\ne\n", b"a\nb\nC\nd\n")

    assert merged.content == b"A\nb\nC\nd\ne\n"
    assert not merged.conflicts


def test_a_conflict_has_all_three_versions_between_git_s_markers() -> None:
    merged = merge_file("notes.txt", b"a\nb\nc\n", b"a\nB\nc\n", b"a\nbb\nc\n")

    assert merged.content == (
        b"a\n<<<<<<< your project\nbb\n||||||| old template\nb\n=======\nB\n>>>>>>> new template\nc\n"
    )
    assert merged.conflicts == ("lines 2 to 8",)


@pytest.mark.parametrize("mark", [b"", MARK])
def test_a_file_saved_with_other_line_ends_has_no_conflict_for_that(mark: bytes) -> None:
    merged = merge_file("notes.txt", b"a\nb\nc\n", b"a\nb\nc\nd\n", mark + b"a\r\nmine\r\nb\r\nc\r\n")

    assert merged.content == mark + b"a\r\nmine\r\nb\r\nc\r\nd\r\n"
    assert not merged.conflicts


def test_a_missing_last_line_break_stays_missing() -> None:
    assert merge_file("notes.txt", b"a\nb\nc\n", b"A\nb\nc\n", b"a\nb\nc\nmine").content == b"A\nb\nc\nmine"
    assert merge_file("notes.txt", b"a\nb\nc\n", b"a\nb\nc\nd\n", b"mine\na\nb\nc").content == b"mine\na\nb\nc\nd"


@pytest.mark.parametrize("path", [".gitignore", "worker/.gitignore", ".dev.vars.example"])
def test_lines_that_both_sides_add_to_a_list_are_all_there_once(path: str) -> None:
    merged = merge_file(path, b"target\n", b"target\nboth\ntheirs\n", b"target\nours\nboth")

    assert (merged.content, merged.conflicts) == (b"target\nours\nboth\ntheirs", ())


def test_tests_and_imports_that_both_sides_add_are_all_there() -> None:
    def script(*names: str) -> bytes:
        imports = "".join(f'import {name} from "{name}";\n' for name in names)
        blocks = "".join(f'\n// {name}\ntest("{name}", async () => {{\n  await {name}();\n}});\n' for name in names)
        return f"{imports}\nconst worker = start();\n{blocks}".encode()

    merged = merge_file("tests/worker.test.mjs", script("one"), script("one", "theirs"), script("one", "ours"))

    assert (merged.content, merged.conflicts) == (script("one", "ours", "theirs"), ())


def test_tests_in_another_order_and_a_new_one_are_no_conflict() -> None:
    def script(*names: str) -> bytes:
        return "".join(f'test("{name}", () => {{\n  {name}();\n}});\n\n' for name in names).encode()

    merged = merge_file("tests/a.test.mjs", script("a", "b", "c"), script("new", "a", "b", "c"), script("c", "b", "a"))

    assert not merged.conflicts
    assert sorted((merged.content or b"").split(b"\n\n")) == sorted(script("c", "b", "a", "new").split(b"\n\n"))


@pytest.mark.parametrize(
    ("base", "theirs", "ours"),
    [
        ("", "test('a', () => {\n  one();\n", "test('a', () => {\n  two();\n"),
        ("before(zero);\n", "before(one);\n", "before(two);\n"),
        ("", "});\n", "test('a', () => {\n});\n"),
        ("", "test('a', () => {\n  one();\n});\n", "test('a', () => {\n  two();\n});\n"),
        ("import a from 'a';\n", "import { b } from 'a';\n", "import { c } from 'a';\n"),
    ],
)
def test_statements_that_both_sides_change_are_a_conflict(base: str, theirs: str, ours: str) -> None:
    old, new, own = (f"a();\n{each}".encode() for each in (base, theirs, ours))

    merged = merge_file("tests/worker.test.mjs", old, new, own)

    assert len(merge_conflicts(".mjs", merged.content or b"")) == len(merged.conflicts) == 1


FILES = {
    "src/lib.rs": "use worker::{A, B};\n\n/// c\nfn a() {\n    1\n}\n\nstruct S {\n    a: u8,\n}\n",
    "wrangler.toml": 'name = "a"\n\n# c\n[[migrations]]\ntag = "v1"\nnew_classes = ["A"]\n\n[vars]\nA = "1"\n',
    "wrangler.jsonc": '{\n  // c\n  "name": "a",\n  "vars": {\n    "A": "1"\n  }\n}\n',
    "Cargo.toml": '[package]\nname = "a"\n\n[dependencies]\n# c\nworker = "1"\n',
    "package.json": '{\n  "name": "a",\n  "scripts": {\n    "a": "b",\n    "c": "d"\n  }\n}\n',
    "tests/a.test.mjs": 'import a from "a";\n\n// c\ntest("a", () => {\n  a();\n});\n',
}
ODD = [
    b"",
    b"}",
    b"});",
    b"{",
    b"[a.b]",
    b"a.b = 1",
    b'"x": 1,',
    b"\xff",
    b"\xef\xbb\xbf",
    b"fn x() {}",
    b"<<<<<<< a",
    b"/*",
    b"'",
    b"\r",
]
CHANGES = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(ODD), st.booleans()), max_size=4)


@settings(max_examples=300, deadline=None)
@given(path=st.sampled_from(sorted(FILES)), theirs=CHANGES, ours=CHANGES, at=st.integers(1, 7), is_new=st.booleans())
def test_whatever_a_file_is_it_is_merged_and_what_the_owner_wrote_is_kept(
    *, path: str, theirs: list[tuple[int, bytes, bool]], ours: list[tuple[int, bytes, bool]], at: int, is_new: bool
) -> None:
    base = FILES[path].encode()
    mine = b"# mine" if path.endswith(".toml") else b'    "mine": "1",' if path == "package.json" else b"// mine"
    new, own = _changed(base, theirs), _changed(base, [*ours, (at, mine, False)])

    merged = merge_file(path, None if is_new else base, new, own)

    content = merged.content or b""
    assert (b"<<<<<<< your project" in content) == bool(merged.conflicts)
    assert b"mine" in content


def _changed(text: bytes, changes: list[tuple[int, bytes, bool]]) -> bytes:
    rows = text.split(b"\n")
    for at, line, is_instead in changes:
        rows[at % len(rows) : at % len(rows) + is_instead] = [line]
    return b"\n".join(rows)
