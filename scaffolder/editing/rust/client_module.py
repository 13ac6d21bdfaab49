"""Writes the module of a client for another worker's methods, formatted by rustfmt.

The module declares each method for wasm-bindgen, which the `worker` crate exports, and calls it.

Not here: the methods that a worker has (`exports.py`), and where the module goes (`rpc_client.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffolder.editing.rust.bindings_rs import WIDE
from scaffolder.reading.rust.exports import Export

PLAIN = {"bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64", "JsValue"}
"""The types that a call passes and returns as they are."""

CHAIN = 60
"""The longest chain of calls, or list of arguments, that rustfmt leaves on one line."""

SAMPLE = Export(
    "greet",
    "greet",
    (("name", "&str"),),
    "String",
    (
        "Calls `greet`, a placeholder: replace it with a method of the other worker, and add the",
        "worker's further methods.",
    ),
)

HEAD = """\
//! Calls the methods of the worker `{service}` through the binding `{name}`.

#![allow(dead_code{reason})]

use worker::js_sys::{{Object, Promise}};
use worker::send::SendWrapper;
{convert}use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{{Error, Fetcher, Result}};

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {{
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    type Methods;
"""
CLIENT = """\
}

/// A client for the other worker.
#[derive(Clone)]
pub struct Client(SendWrapper<Methods>);

impl From<Fetcher> for Client {
    fn from(worker: Fetcher) -> Self {
        Self(SendWrapper::new(worker.into_rpc()))
    }
}

impl Client {
"""
NEW = """\
    /// Looks up the binding. Fails if it is missing.
    pub fn new(env: &worker::Env) -> Result<Self> {{
        env.service("{}").map(Self::from)
    }}
"""
REASON = ', reason = "some methods may not be called yet"'
CONVERT = "use worker::wasm_bindgen::convert::TryFromJsValue;\n"
TAIL = """\
}

/// Awaits the result of a call. Fails if the other worker fails, does not exist, or returns
/// another type.
async fn answer<T: TryFromJsValue>(called: Promise) -> Result<T> {
    let answer = JsFuture::from(called).await?;
    T::try_from_js_value(answer)
        .map_err(|other| Error::RustError(format!("unexpected return value: {other:?}")))
}
"""
OWN_TAIL = """\
}

/// Awaits the result of a call. Fails if the other worker fails, does not exist, or returns
/// another type.
async fn answer<T: Returned>(called: Promise) -> Result<T> {
    let answer = JsFuture::from(called).await?;
    T::from_js(&answer)
        .ok_or_else(|| Error::RustError(format!("unexpected return value: {answer:?}")))
}

/// A type that a method returns.
trait Returned: Sized {
    fn from_js(value: &JsValue) -> Option<Self>;
}
"""
RETURNED = """
impl Returned for {type_} {{
    fn from_js(value: &JsValue) -> Option<Self> {{
        {expression}
    }}
}}
"""
EXPRESSIONS = {
    "()": "value.is_undefined().then_some(())",
    "bool": "value.as_bool()",
    "i64": "value.clone().try_into().ok()",
    "u64": "value.clone().try_into().ok()",
    "f64": "value.as_f64()",
    "JsValue": "Some(value.clone())",
    "String": "value.as_string()",
}
"""How each type is made of a JavaScript value; the other numbers are cast."""

CONVERTS = (0, 2, 105)
"""The first version of wasm-bindgen that converts return values of all types (src/convert/traits.rs)."""


def client(
    service: str,
    name: str,
    known: Sequence[Export],
    *,
    asks_for_binding: bool,
    has_conversions: bool = True,
    has_reasons: bool = True,
) -> str:
    """Return the module's text.

    Args:
        service: The name of the other worker.
        name: The name of the binding.
        known: The exports of the other worker; each gets a method if a call can pass its types; or else a sample does.
        asks_for_binding: Whether the client asks for its binding itself; else it is made from the field of `Bindings`.
        has_conversions: Whether wasm-bindgen converts return values of all types, without which the module does it.
        has_reasons: Whether the crate's release of Rust knows reasons of lints.
    """
    methods = [each for each in known if _is_plain(each)] or [SAMPLE]
    written = "\n".join([*([NEW.format(name)] if asks_for_binding else ()), *map(_method, methods)])
    convert, reason = CONVERT if has_conversions else "", REASON if has_reasons else ""
    head = HEAD.format(service=service, name=name, convert=convert, reason=reason)
    tail = [TAIL] if has_conversions else [OWN_TAIL, *map(_returned, sorted({_answer(each) for each in methods}))]
    return "".join([head, *map(_extern, methods), CLIENT, written, *tail])


def _returned(type_: str) -> str:
    cast = f"value.as_f64().map(|number| number as {type_})"
    return RETURNED.format(type_=type_, expression=EXPRESSIONS.get(type_, cast))


def _is_plain(export: Export) -> bool:
    types = [_type(type_) for _, type_ in export.parameters]
    names = {name for name, _ in export.parameters}
    is_good = all(re.fullmatch(r"[a-z_]\w*", name) and name not in {"this", "called"} for name in names)
    return is_good and set(types) <= PLAIN | {"&str"} and _answer(export) in PLAIN | {"()", "String"}


def _type(written: str) -> str:
    last = written.rpartition("::")[2]
    return "&str" if last == "String" else last


def _answer(export: Export) -> str:
    return export.answer.rpartition("::")[2]


def _extern(export: Export) -> str:
    named = "" if export.js_name == export.name else f", js_name = {export.js_name}"
    return f"\n    #[wasm_bindgen(method, catch{named})]\n" + _signature(
        f"    fn {export.name}", ["this: &Methods", *_parameters(export)], "std::result::Result<Promise, JsValue>;"
    )


def _method(export: Export) -> str:
    doc = [f"    /// {line}".rstrip() for line in export.says or (f"Calls `{export.js_name}`.",)]
    head = _signature(
        f"    pub async fn {export.name}", ["&self", *_parameters(export)], f"Result<{_answer(export)}> {{"
    )
    called = f"{_call(export.name, [name for name, _ in export.parameters])}        answer(called).await\n    }}\n"
    return "\n".join([*doc, head + called])


def _call(name: str, arguments: list[str]) -> str:
    """Return a call as rustfmt formats it: on one line, or with one for each part if it is too wide."""
    listed = ", ".join(arguments)
    if len(listed) > CHAIN:
        spread = "".join(f"            {each},\n" for each in arguments)
        return f"        let called = self.0.{name}(\n{spread}        )?;\n"
    if len(f"self.0.{name}({listed})?") >= CHAIN:
        return f"        let called = self\n            .0\n            .{name}({listed})?;\n"
    return f"        let called = self.0.{name}({listed})?;\n"


def _parameters(export: Export) -> list[str]:
    return [f"{name}: {_type(type_)}" for name, type_ in export.parameters]


def _signature(head: str, parameters: list[str], answer: str) -> str:
    """Return a signature as rustfmt formats it: on one line, or with one for each parameter."""
    line = f"{head}({', '.join(parameters)}) -> {answer}\n"
    if len(line) <= WIDE:
        return line
    spread = "".join(f"        {each},\n" for each in parameters)
    return f"{head}(\n{spread}    ) -> {answer}\n"
