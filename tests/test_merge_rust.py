"""The three-way merge of Rust: by items, and in an item by fields, methods, match arms and imports."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffolder.reading.rust.parser import parse
from scaffolder.reading.source import Source
from scaffolder.system.conflict_markers import merge_conflicts
from scaffolder.updating.merge.file_merge import merge_file
from scaffolder.updating.merge.outcome import Merged

ROUTER = """use worker::{Env, Request, Response, Result, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env) -> Result<Response> {
    match request.path().as_str() {
        "/" => Response::ok("hello"),
        _ => Response::error("nothing", 404),
    }
}

/// A helper.
fn helper() -> u8 {
    1
}

#[cfg(test)]
mod tests {
    use super::helper;

    #[test]
    fn it_helps() {
        assert_eq!(helper(), 1);
    }
}
"""


def bindings(*names: str, notes: dict[str, str] | None = None) -> str:
    """Return a file of bindings as the catalogue writes it."""
    constants = "".join(f'const {name.upper()}: &str = "{name.upper()}";\n' for name in names)
    above = {name: f"    /// {text}\n" for name, text in (notes or {}).items()}
    fields = "".join(f"{above.get(name, '')}    pub {name}: worker::KvStore,\n" for name in names)
    values = [f"{name}: env.kv({name.upper()})?" for name in names]
    made = f"Ok(Self {{ {values[0]} }})" if len(", ".join(values)) <= 18 else ""
    rows = "".join(f"            {each},\n" for each in values)
    made = made or f"Ok(Self {{\n{rows}        }})"
    return f"""//! The bindings.

use worker::{{Env, Result}};

{constants}
/// The worker's bindings.
pub struct Bindings {{
{fields}}}

impl Bindings {{
    /// Looks up every binding.
    pub fn new(env: &Env) -> Result<Self> {{
        {made}
    }}
}}
"""


def merge(base: str, theirs: str, ours: str) -> Merged:
    return merge_file("src/lib.rs", base.encode(), theirs.encode(), ours.encode())


def text(merged: Merged) -> str:
    return (merged.content or b"").decode()


def has_error(code: str) -> bool:
    return parse(Source("src/lib.rs", code.encode()), "").tree.root_node.has_error


def test_bindings_of_both_sides_are_all_there_and_formatted() -> None:
    merged = merge(bindings("a"), bindings("a", "theirs", "too"), bindings("a", "ours"))

    assert not merged.conflicts
    assert text(merged) == bindings("a", "ours", "theirs", "too")


def test_a_binding_that_the_template_removes_goes_and_one_that_was_added_stays() -> None:
    merged = merge(bindings("a", "b", "c"), bindings("b", "c"), bindings("a", "b", "c", "ours", notes={"b": "Mine."}))

    assert not merged.conflicts
    assert text(merged) == bindings("b", "c", "ours", notes={"b": "Mine."})


def test_a_binding_that_both_sides_changed_is_a_conflict_at_its_lines_alone() -> None:
    base = bindings("a", "b")
    theirs, ours = (base.replace("pub a: worker::KvStore", f"pub a: {it}") for it in ("Theirs", "Ours"))

    merged = merge(base, theirs.replace("The worker's", "All"), ours)

    assert merged.conflicts == ("`struct Bindings: field a`",)
    assert "/// All bindings." in text(merged)
    assert "    pub a: Ours,\n|||||||" in text(merged)


def test_routes_of_both_sides_are_arms_of_one_match() -> None:
    theirs, ours = (
        ROUTER.replace("        _ =>", f'        "/{it}" => Response::ok("{it}"),\n        _ =>')
        for it in ("theirs", "ours")
    )

    merged = merge(ROUTER, theirs, ours)

    assert not merged.conflicts
    assert re.findall(r'^ +("/\w*"|_) =>', text(merged), re.MULTILINE) == ['"/"', '"/ours"', '"/theirs"', "_"]


def test_imports_of_both_sides_are_one_sorted_list_within_the_width() -> None:
    theirs = ROUTER.replace("Env, ", "Context, Env, ").replace("event}", "console_error, console_log, event}")
    ours = ROUTER.replace("Result, event", "ResponseBuilder, Result, ScheduleContext, ScheduledEvent, event")

    merged = merge(ROUTER, theirs, ours)

    assert not merged.conflicts
    assert text(merged).startswith(
        "use worker::{\n"
        "    Context, Env, Request, Response, ResponseBuilder, Result, ScheduleContext, ScheduledEvent,\n"
        "    console_error, console_log, event,\n"
        "};\n"
    )


def test_modules_of_both_sides_stay_sorted_and_unsorted_ones_are_left() -> None:
    def code(*names: str) -> str:
        return "".join(f"mod {name};\n" for name in names) + "\n" + "".join(f"use {name}::A;\n" for name in names)

    merged = merge(code("a", "z"), code("a", "b", "c", "z"), code("a", "m", "z"))
    unsorted = merge(code("z", "a"), code("z", "b", "a"), code("z", "m", "a"))

    assert (text(merged), merged.conflicts) == (code("a", "b", "c", "m", "z"), ())
    assert (text(unsorted), unsorted.conflicts) == (code("z", "m", "b", "a"), ())


def test_functions_and_tests_that_both_sides_append_are_all_there_once() -> None:
    def more(name: str) -> str:
        code = ROUTER.replace("#[cfg", f"fn {name}() {{}}\n\n#[cfg")
        return code.replace(
            "        assert_eq!(helper(), 1);\n    }\n",
            f"""        assert_eq!(helper(), 1);
    }}

    #[test]
    fn {name}_runs() {{
        super::{name}();
    }}
""",
        )

    merged = merge(ROUTER, more("theirs"), more("ours"))

    assert not merged.conflicts
    assert not has_error(text(merged))
    assert re.findall(r"^ *fn (\w+)", text(merged), re.MULTILINE) == [
        "helper", "ours", "theirs", "it_helps", "ours_runs", "theirs_runs",
    ]  # fmt: skip


def test_an_item_that_both_sides_add_at_different_places_is_not_there_twice() -> None:
    theirs = ROUTER.replace("/// A helper.", "const LIMIT: u8 = 1;\n\n/// A helper.")
    ours = ROUTER.replace("#[cfg", "const LIMIT: u8 = 2;\n\n#[cfg")

    merged = merge(ROUTER, theirs, ours)

    assert merged.conflicts == ("`const LIMIT`",)


def test_a_function_that_both_sides_edit_at_one_place_has_markers_and_the_rest_is_merged() -> None:
    theirs = ROUTER.replace("    1\n", "    2\n").replace("/// A helper.", "/// The helper.")
    merged = merge(ROUTER, theirs, ROUTER.replace("    1\n", "    3\n"))

    assert merged.conflicts == ("`function helper`",)
    assert "/// The helper." in text(merged)
    assert len(merge_conflicts(".rs", text(merged).encode())) == 1


@pytest.mark.parametrize("side", ["theirs", "ours"])
def test_a_function_that_one_side_deleted_and_the_other_changed_is_a_conflict(side: str) -> None:
    changed = ROUTER.replace("    1\n", "    2\n")
    deleted = ROUTER.replace("/// A helper.\nfn helper() -> u8 {\n    1\n}\n\n", "")

    merged = merge(ROUTER, *((deleted, changed) if side == "theirs" else (changed, deleted)))

    assert merged.conflicts == ("`function helper`",)
    assert "    2\n" in text(merged)


def test_rust_that_does_not_parse_is_merged_line_by_line() -> None:
    merged = merge("fn a( {\n1\n2\n3\n", "fn a( {\n1\n2\n3\n4\n", "fn a( {\n0\n2\n3\n")

    assert (text(merged), merged.conflicts) == ("fn a( {\n0\n2\n3\n4\n", ())


# --- any bindings of both sides ---

BASE = ["a", "b", "c", "d"]
SIDE = st.tuples(st.sets(st.sampled_from(BASE), max_size=2), st.lists(st.sampled_from("uvw"), unique=True))
NEWLINES = st.sampled_from(["\n", "\r\n"])


@settings(max_examples=60, deadline=None)
@given(theirs=SIDE, ours=SIDE, newline=NEWLINES)
def test_added_and_removed_bindings_of_both_sides_meet(
    theirs: tuple[set[str], list[str]], ours: tuple[set[str], list[str]], newline: str
) -> None:
    (gone, new), (gone_here, new_here) = theirs, ours
    left = [name for name in BASE if name not in gone]
    own = [name for name in BASE if name not in gone_here]
    after = bindings(*left, *(f"their_{name}" for name in new))
    mine = bindings(*own, *(f"our_{name}" for name in new_here)).replace("\n", newline)

    merged = merge(bindings(*BASE), after, mine)

    assert not merged.conflicts
    names = [name for name in own if name in left]
    names += [*(f"our_{name}" for name in new_here), *(f"their_{name}" for name in new)]
    if len(names) > 1:
        assert text(merged).replace("\r\n", "\n") == bindings(*names)
    assert text(merged).count("\n") == text(merged).count(newline)


LINES = st.sampled_from(
    ["    let a = 1;", "    call();", "    if b {", "    }", "", "// c", "fn other() {}", "mod m;", "x"]
)


@settings(max_examples=150, deadline=None)
@given(*[st.lists(st.tuples(st.integers(0, 30), LINES), max_size=4)] * 2)
def test_any_edit_is_kept_and_what_merges_parses(theirs: list[tuple[int, str]], ours: list[tuple[int, str]]) -> None:
    new, own = (_edited(edits) for edits in (theirs, ours))

    merged = merge(ROUTER, new, own)

    added = set(own.splitlines()) - set(ROUTER.splitlines())
    assert added <= set(text(merged).splitlines())
    assert bool(merge_conflicts(".rs", text(merged).encode())) == bool(merged.conflicts)
    if not (merged.conflicts or has_error(own) or has_error(new)):
        assert not has_error(text(merged))


def _edited(edits: list[tuple[int, str]]) -> str:
    lines = ROUTER.splitlines()
    for at, line in edits:
        lines[at % len(lines) : at % len(lines) + at % 2] = [line]
    return "\n".join(lines) + "\n"
