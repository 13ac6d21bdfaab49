"""The reader behind docs/size.md tells functions by crate, and the names section from the rest."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from benchmarks.wasm_file import CODE, GLUE, STANDARD, Wasm, crate_of

HEADER = b"\0asm\1\0\0\0"


def sized(content: bytes) -> bytes:
    assert len(content) < 0x80
    return bytes([len(content)]) + content


def section(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + sized(content)


def names(*entries: tuple[int, str]) -> bytes:
    listed = b"".join(bytes([index]) + sized(name.encode()) for index, name in entries)
    module, functions = section(0, sized(b"m")), section(1, bytes([len(entries)]) + listed)
    return section(0, sized(b"name") + module + functions)


@pytest.mark.parametrize(
    ("function", "crate"),
    [
        ("hello::measure::{{closure}}::h8edc2dbd47878ae2", "hello"),
        (
            "<dlmalloc[e7770d3bef70d9dc]::dlmalloc::Dlmalloc<dlmalloc[e7770d3bef70d9dc]::sys::System>>::malloc",
            "dlmalloc",
        ),
        ("<F as axum::handler::Handler<(M,T1,T2),S>>::call::{{closure}}::h69c378f239389a1d", "axum"),
        ("core::ptr::drop_in_place<worker::error::Error>::h03f697a818627d9b", "worker"),
        ("core::ptr::drop_in_place<[u8]>::h03f697a818627d9b", STANDARD),
        ("<&mut alloc[6233274513061a0e]::string::String as core[2c5ad5f686fcca5c]::fmt::Write>::write_str", STANDARD),
        ("<char>::escape_debug_ext", STANDARD),
        ("__rustc[8068f81614cfe5c]::__rdl_realloc", STANDARD),
        ("__wbg_get_r2range_offset", GLUE),
        ("", GLUE),
    ],
)
def test_a_function_is_of_the_crate_at_the_start_of_its_name(function: str, crate: str) -> None:
    assert crate_of(function) == crate


def test_imported_functions_come_first_and_the_tag_of_exceptions_is_none(tmp_path: Path) -> None:
    imports = section(2, b"\2" + sized(b"a") + sized(b"f") + b"\0\0" + sized(b"a") + sized(b"t") + b"\4\0\0")
    bodies = section(CODE, b"\2" + sized(b"12345") + sized(b"123"))
    named = names((0, "a::f"), (1, "http::parse"), (2, "worker::run"))
    path = tmp_path / "worker.wasm"
    path.write_bytes(HEADER + imports + bodies + named)

    wasm = Wasm(path)

    assert list(wasm.by_crate().items()) == [("http", 5), ("worker", 3)]
    assert wasm.size(CODE) == len(bodies)
    assert wasm.gzipped() == len(gzip.compress(HEADER + imports + bodies + named, 9))
    assert wasm.gzipped(names=False) == len(gzip.compress(HEADER + imports + bodies, 9))
