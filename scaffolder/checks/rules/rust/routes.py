"""Routes: axum and the `Router` of the `worker` crate differ in their syntax, and neither takes one path twice.

Not here: the bodies of handlers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from scaffolder.catalogue import manifests
from scaffolder.checks.rule import Rule
from scaffolder.core.findings import Finding
from scaffolder.core.text_edit import TextEdit
from scaffolder.reading.project import Worker
from scaffolder.reading.releases import numbers
from scaffolder.reading.rust.facts import Route
from scaffolder.reading.rust.routing import conflict, parts

ROUTED = """\
use worker::*;

pub fn router() -> Router<'static, ()> {
    Router::new().get("/notes/%s", |_request, context| Response::ok(context.param("id").unwrap()))
}
"""

PAIR = """\
use worker::*;

pub fn router() -> Router<'static, ()> {
    Router::new()
        .get("/:id", |_request, context| Response::ok(context.param("id").unwrap()))
        .get("%s", |_request, context| Response::ok(context.param("name").unwrap()))
}
"""

MOST = 1000
"""Earlier routes of a router that each one is compared with."""

BRACES = (0, 8)
"""The first version of axum that takes `{id}`, and panics at `:id`."""

COLON = re.compile(r":(\w+)|\*(\w+)")
PARAMETER = re.compile(r"\{[^{}]+\}")
NESTED = re.compile(rb"\.\s*(nest|nest_service|route_service)\s*\(")
BRACE = re.compile(r"\{(\w+)\}|\{\*(\w+)\}")
"""A segment of a path that is a parameter, or a wildcard for the rest."""


class RS207(Rule):
    """Route parameters use the syntax of their router, and there are as many as the handler takes.

    Why: axum 0.8 takes `{id}` and `{*rest}`, and panics on `:id` while the router is built, so every request fails; the
    `Router` of the worker crate takes `:id` and `*rest`, and no request matches `{id}`. An axum handler that takes more
    or fewer parameters than its path has answers every request with status 500.

    Fix: write the parameter in the syntax of the router.

    Not checked: handlers that are in another file than their route, or take parameters by name; the number of
    parameters where a router is nested, since the outer path may have some.
    """

    name = "invalid-route"
    fixable = True
    wrong = {"src/lib.rs": ROUTED % "{id}"}
    right = {"src/lib.rs": ROUTED % ":id"}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the routes in the other router's syntax, and those that their router refuses."""
        checks_axum, checks_worker = _is_axum_of_braces(worker), _is_known_router(worker)
        yield from self._wrong_counts(worker) if checks_axum else ()
        for route in (route for crate in worker.crates for route in crate.routes if not route.condition):
            if route.router == "axum" and checks_axum and re.search(r"(^|/)[:*]", route.path):
                problem = "axum panics on"
                yield self._found(worker, route, problem, "/".join(map(_braced, route.path.split("/"))))
            elif route.router == "worker" and checks_worker:
                yield from self._worker_route(worker, route)

    def _wrong_counts(self, worker: Worker) -> Iterator[Finding]:
        if any(NESTED.search(source.content) for crate in worker.crates for source in crate.sources):
            return
        for found in (found for crate in worker.crates for found in crate.extracted if not found.condition):
            count = len(PARAMETER.findall(found.path))
            if count != found.count and not re.search(r"\{\{|\}\}|(^|/)[:*]", found.path):
                message = f"`{found.handler}` takes {_counted(found.count)}, but `{found.path}` has {count or 'none'}"
                yield self.found(
                    found.span, message, fix="use as many parameters in the path as the handler's Path takes"
                )

    def _worker_route(self, worker: Worker, route: Route) -> Iterator[Finding]:
        parts = route.path.split("/")
        if any(BRACE.fullmatch(part) for part in parts):
            problem = "the worker crate's Router finds no parameter in"
            yield self._found(worker, route, problem, "/".join(map(_coloned, parts)))
        elif any(part in {":", "*"} for part in parts):
            message = f"a parameter of `{route.path}` has no name, so the Router panics"
            yield self.found(route.span, message, fix="name it, as in `:id` or `*rest`")
        elif any("*" in part for part in parts[:-1]) or "*" in parts[-1][1:]:
            message = f"`*` is not the last part of `{route.path}`, so the Router panics"
            yield self.found(route.span, message, fix="end the path with it, as in `/files/*rest`")

    def _found(self, worker: Worker, route: Route, problem: str, better: str) -> Finding:
        if _is_odd(better, route.router):
            return self.found(route.span, f"{problem} `{route.path}`")
        edits = _edits(worker, route, better)
        return self.found(route.span, f"{problem} `{route.path}`", fix=f"write `{better}`", edits=edits)


class RS209(Rule):
    """No two routes of a router have the same path once the names of their parameters are left out.

    Why: a router gives up the names of parameters before it compares paths, and panics where two are the same, or where
    one has a parameter and the other a wildcard; it is built for each request, so every request fails.

    Fix: handle both in one route, or give one of them a path of its own.

    Not checked: routes that a function, a branch, `nest` or `merge` adds to a router.
    """

    name = "conflicting-routes"
    wrong = {"src/lib.rs": PAIR % "/:name"}
    right = {"src/lib.rs": PAIR % "/teams/:name"}

    def check(self, worker: Worker) -> Iterator[Finding]:
        """Yield the routes that their router refuses because of an earlier one."""
        routers: dict[tuple[str, int, str], list[Route]] = defaultdict(list)
        for route in (route for crate in worker.crates for route in crate.routes if not route.condition):
            routers[(route.span.file, route.root, route.router)].append(route)
        has_braces = {numbers(version) >= BRACES for version in _axum_versions(worker)}
        known = {"axum": len(has_braces) == 1, "worker": _is_known_router(worker)}
        for (_, _, router), routes in routers.items():
            if known.get(router):
                yield from self._of(routes, braces=router == "axum" and has_braces == {True})

    def _of(self, routes: list[Route], *, braces: bool) -> Iterator[Finding]:
        """Yield the conflicts between the routes of one router, each at the later one."""
        earlier: list[tuple[Route, list[list[str]]]] = []
        for route in sorted(routes, key=lambda each: each.span):
            paths = [parts(path, braces=braces) for path in _paths(route, braces=braces)]
            for other, taken in earlier[:MOST]:
                if _share_methods(route, other) and any(conflict(*pair) for pair in product(paths, taken)):
                    place = f"`{other.path}` in line {other.span.line}"
                    yield self.found(route.span, f"the router panics on `{route.path}`, which conflicts with {place}")
                    break
            earlier.append((route, paths))


def _paths(route: Route, *, braces: bool) -> list[str]:
    """Return the paths that a router keeps for a route; a nested service takes all that is below its path."""
    if route.method == "nest":
        return []
    below = f"{route.path.removesuffix('/')}/"
    rest = f"{below}{{*rest}}" if braces else f"{below}*rest"
    return list(dict.fromkeys([route.path, below, rest])) if route.method == "nest_service" else [route.path]


def _share_methods(one: Route, other: Route) -> bool:
    """Return whether two routes are kept in one table, or certainly for a common method."""
    if one.router == "axum":
        # axum merges the methods of routes whose paths are written alike.
        is_merged = one.path == other.path and one.method == other.method == "route"
        return not is_merged or bool({*one.verbs} & {*other.verbs})
    verbs = {one.method.removesuffix("_async"), other.method.removesuffix("_async")}
    return len(verbs) == 1 or ("on" in verbs and "or_else_any_method" not in verbs)


def _counted(number: int) -> str:
    return "1 parameter" if number == 1 else f"{number} parameters"


def _is_axum_of_braces(worker: Worker) -> bool:
    """Return whether axum is certainly a version that panics at `:id`."""
    versions = _axum_versions(worker)
    allows = any(b"without_v07_checks" in source.content for crate in worker.crates for source in crate.sources)
    return bool(versions) and all(numbers(version) >= BRACES for version in versions) and not allows


def _axum_versions(worker: Worker) -> tuple[str, ...]:
    required = [each.requirement for each in worker.cargo.named("axum")] if worker.cargo else []
    return worker.lock.versions.get("axum", ()) if worker.lock else tuple(required)


def _is_known_router(worker: Worker) -> bool:
    """Return whether the `worker` crate is no newer than the pinned one; a newer Router may have another syntax."""
    required = [each.requirement for each in worker.cargo.named("worker")] if worker.cargo else []
    versions = worker.lock.versions.get("worker", ()) if worker.lock else tuple(required)
    newest = numbers(manifests.pins().worker_version)[:2]
    return all(numbers(version)[:2] <= newest for version in versions)


def _braced(part: str) -> str:
    found = COLON.fullmatch(part)
    return part if found is None else f"{{{found[1]}}}" if found[1] else f"{{*{found[2]}}}"


def _coloned(part: str) -> str:
    found = BRACE.fullmatch(part)
    return part if found is None else f":{found[1]}" if found[1] else f"*{found[2]}"


def _is_odd(path: str, router: str) -> bool:
    """Return whether a corrected path still holds something that the router may not take."""
    rest = [COLON.sub("", part) if router == "worker" else BRACE.sub("", part) for part in path.split("/")]
    return any(letter in part for part in rest for letter in "{}:*") or "*" in path.rpartition("/")[0]


def _edits(worker: Worker, route: Route, better: str) -> tuple[TextEdit, ...]:
    """Return the edit of a path that is written as a plain literal."""
    span, literal = route.span, f'"{route.path}"'.encode()
    sources = (source for crate in worker.crates for source in crate.sources if source.file == span.file)
    is_plain = any(source.content[span.start : span.end] == literal for source in sources)
    return (TextEdit(span.file, span.start, span.end, f'"{better}"'),) if is_plain else ()
