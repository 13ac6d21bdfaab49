"""Exchanges: how they are read, sent, and compared with what a real server answers."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scaffolder.core.errors import BadInput
from scaffolder.system.parallel import Cancelled
from scaffolder.validation import smoke, smoke_request
from scaffolder.validation.smoke import Exchange, compare
from scaffolder.validation.smoke_request import Reply

JSON_REPLY = Reply(200, {}, '{"id": 7, "tags": ["a", "b"], "owner": {"name": "Ada", "age": 36}, "done": true}')


ENDLESS = {
    "/drops": (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    "/chunks": (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"5\r\nhello\r\n"),
    "/flood": (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 2**20),
    "/length": (b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n", b"x" * 2**20),
    "/header": (b"HTTP/1.1 200 OK\r\nlong: ", b"x"),
    "/status": (b"HTTP/1.1 ", b"2"),
}
"""Paths whose answers never end: how each begins, and the part that is repeated."""


class Server(ThreadingHTTPServer):
    """A worker that returns the replies of a test, and records the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, Message, bytes]] = []
        self.is_going = threading.Event()

    def names(self) -> list[str]:
        return [f"{method} {path}" for method, path, _, _ in self.seen]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.seen.append((self.command, self.path, self.headers, body))
        if self.path == "/never":
            self.server.is_going.wait()
        if self.path == "/break":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if self.path in ENDLESS:
            self.send_for_ever(ENDLESS[self.path])
            return
        tries = self.server.names().count(f"{self.command} {self.path}")
        text = "done" if self.path != "/late" or tries > 2 else "not yet"
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode())

    def send_for_ever(self, answer: tuple[bytes, bytes]) -> None:
        """Send the beginning of an answer, and then one part after the other, until nobody listens."""
        begin, part = answer
        with suppress(OSError):
            self.wfile.write(begin)
            while not self.server.is_going.wait(0.01 if len(part) == 1 else 0):
                self.wfile.write(part)

    do_GET = do_HEAD = do_POST = do_PUT = answer  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Log nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.is_going.set()
        server.shutdown()


def send(server: Server, *listed: Exchange) -> list[str]:
    return smoke.send_all(list(listed), server.server_port, lambda _: None, threading.Event())


def exchange(within: float = 0.0, answer: dict[str, Any] | None = None, **request: Any) -> Exchange:
    return Exchange("it answers", {"path": "/", **request}, answer or {"text": "done"}, within)


# --- reading -------------------------------------------------------------------------------


def load(tmp_path: Path, text: str) -> list[Exchange]:
    (tmp_path / "smoke.toml").write_text(text, encoding="utf-8")
    return smoke.load(tmp_path / "smoke.toml")


def test_exchanges_are_read_in_their_order(tmp_path: Path) -> None:
    text = """
        [[exchange]]
        name = "one"
        request = { path = "/" }
        answer = { status = 200 }

        [[exchange]]
        name = "two"
        request = { method = "POST", path = "/x", body = "b" }
        answer = { text = "t" }
        within = "2.5s"
    """

    assert load(tmp_path, text) == [
        Exchange("one", {"path": "/"}, {"status": 200}),
        Exchange("two", {"method": "POST", "path": "/x", "body": "b"}, {"text": "t"}, 2.5),
    ]


def test_a_file_without_an_exchange_has_none(tmp_path: Path) -> None:
    assert load(tmp_path, "# nothing yet\n") == []


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('name = "n"\nrequest = { path = "/", verb = "GET" }\nanswer = { status = 1 }', "n: unknown key verb"),
        ('name = "n"\nrequest = { path = "/" }\nanswer = { state = 1 }', "n: unknown key state"),
        ('name = "n"\nrequest = { path = "/" }\nanswer = { status = 1 }\nwithout = 1', "n: unknown key without"),
        ('name = "n"\nrequest = { path = "/" }\nanswer = {}', "n: the answer is empty"),
        ('name = "n"\nrequest = { path = "x" }\nanswer = { status = 1 }', "n: a path starts with a slash"),
        ('name = "n"\nrequest = { path = "/" }\nanswer = { status = 1 }\nwithin = "soon"', "soon"),
        ('name = "n"\nrequest = { path = "/" }', "an exchange has no answer"),
        ('name = "n"\nanswer = { status = 1 }', "an exchange has no request"),
        ('request = { path = "/" }\nanswer = { status = 1 }', "an exchange has no name"),
        ('name = "n"\nrequest = { method = "GET" }\nanswer = { status = 1 }', "an exchange has no path"),
        ('name = "n"\nrequest = "/"\nanswer = { status = 1 }', "str"),
        ("name = ", "line 2"),
    ],
)
def test_an_exchange_that_cannot_be_meant_is_refused(tmp_path: Path, lines: str, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        load(tmp_path, f"[[exchange]]\n{lines}\n")

    assert why in refused.value.why
    assert refused.value.where == str(tmp_path / "smoke.toml")


# --- comparing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200},
        {"headers": {"Content-Type": "text/plain"}},
        {"text": "Hello, World!\n"},
        {"contains": "World"},
        {"status": 200, "headers": {"content-type": "text/plain"}, "text": "Hello, World!\n", "contains": "H"},
    ],
)
def test_an_answer_that_fits_has_no_difference(answer: dict[str, Any]) -> None:
    assert compare(answer, Reply(200, {"content-type": "text/plain", "other": "x"}, "Hello, World!\n")) == []


@pytest.mark.parametrize(
    ("answer", "difference"),
    [
        ({"status": 201}, "status is 200, not 201"),
        ({"headers": {"Allow": "GET"}}, "header Allow is None, not 'GET'"),
        ({"headers": {"vary": "origin"}}, "header vary is 'accept', not 'origin'"),
        ({"text": "Hello"}, "text is 'Hello!', not 'Hello'"),
        ({"contains": "World"}, "text 'Hello!' does not contain 'World'"),
        ({"json": {"id": 1}}, "text 'Hello!' is not JSON"),
    ],
)
def test_a_difference_says_what_was_seen_and_what_was_promised(answer: dict[str, Any], difference: str) -> None:
    assert compare(answer, Reply(200, {"vary": "accept"}, "Hello!")) == [difference]


def test_every_difference_is_told() -> None:
    assert len(compare({"status": 1, "text": "a", "contains": "b", "json": {}}, Reply(2, {}, "c"))) == 4


def test_a_long_text_is_cut() -> None:
    (difference,) = compare({"text": ""}, Reply(200, {}, "x" * 1000))

    assert len(difference) < 160


@pytest.mark.parametrize(
    "wanted", [{}, {"id": 7}, {"tags": ["a", "b"], "done": True}, {"owner": {"name": "Ada"}}, {"id": 7.0}]
)
def test_json_may_hold_more_than_was_promised(wanted: dict[str, Any]) -> None:
    assert compare({"json": wanted}, JSON_REPLY) == []


@pytest.mark.parametrize(
    ("wanted", "difference"),
    [
        ({"id": 8}, "json.id is 7, not 8"),
        ({"id": "7"}, "json.id is 7, not '7'"),
        ({"missing": 1}, "json.missing is None, not 1"),
        ({"done": 1}, "json.done is True, not 1"),
        ({"owner": {"name": "Bob"}}, "json.owner.name is 'Ada', not 'Bob'"),
        ({"tags": ["a", "c"]}, "json.tags[1] is 'b', not 'c'"),
        ({"tags": ["a"]}, "json.tags is ['a', 'b'], not ['a']"),
        ({"owner": ["name"]}, "json.owner is {'name': 'Ada', 'age': 36}, not ['name']"),
    ],
)
def test_a_difference_in_json_names_its_place(wanted: dict[str, Any], difference: str) -> None:
    assert compare({"json": wanted}, JSON_REPLY) == [difference]


# --- sending -------------------------------------------------------------------------------


def test_a_request_is_sent_as_it_is_written(server: Server) -> None:
    assert send(server, exchange(method="PUT", path="/a?b=c", headers={"x-note": "n"}, body="text")) == []

    ((method, path, headers, body),) = server.seen
    assert (method, path, headers["x-note"], body) == ("PUT", "/a?b=c", "n", b"text")


def test_a_request_is_a_get_without_a_body_unless_it_says_more(server: Server) -> None:
    assert send(server, exchange()) == []

    ((method, _, headers, body),) = server.seen
    assert (method, body, headers["content-type"]) == ("GET", b"", None)


def test_json_is_sent_as_json(server: Server) -> None:
    assert send(server, exchange(method="POST", json={"a": [1, "ü"]})) == []

    ((_, _, headers, body),) = server.seen
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"a": [1, "ü"]}


def test_the_answer_to_head_has_no_text(server: Server) -> None:
    assert send(server, exchange(method="HEAD", answer={"status": 200, "text": ""})) == []


def test_a_form_is_one_that_others_can_parse(server: Server) -> None:
    form = {"file": {"filename": "note.txt", "content": "twelve bytes"}, "title": "Über"}
    assert send(server, exchange(method="POST", form=form)) == []

    ((_, _, headers, body),) = server.seen
    assert b"\n" not in body.replace(b"\r\n", b"")
    whole = f"content-type: {headers['content-type']}\r\n\r\n".encode() + body
    _, file, title = BytesParser().parsebytes(whole).walk()
    assert (file.get_filename(), file.get_content_type()) == ("note.txt", "text/plain")
    assert file.get_payload(decode=True) == b"twelve bytes"
    assert title.get_param("name", header="content-disposition") == "title"
    assert title.get_filename() is None
    assert title.get_payload(decode=True) == "Über".encode()


def test_exchanges_are_sent_in_order_until_one_fails(server: Server) -> None:
    listed = [exchange(path="/1"), exchange(path="/2", answer={"text": "other"}), exchange(path="/3")]
    told: list[str] = []

    differences = smoke.send_all(listed, server.server_port, told.append, threading.Event())

    assert differences == ["it answers: GET /2", "text is 'done', not 'other'"]
    assert server.names() == ["GET /1", "GET /2"]
    assert told == ["it answers", "it answers"]


def test_an_exchange_that_may_take_a_while_is_repeated_until_it_fits(server: Server) -> None:
    assert send(server, exchange(path="/late", within=60.0)) == []
    assert server.names() == ["GET /late"] * 3


def test_an_exchange_is_sent_once_unless_it_may_take_a_while(server: Server) -> None:
    assert send(server, exchange(path="/late")) == ["it answers: GET /late", "text is 'not yet', not 'done'"]
    assert server.names() == ["GET /late"]


def test_an_exchange_that_never_fits_is_given_up(server: Server) -> None:
    differences = send(server, exchange(within=0.3, answer={"text": "other"}))

    assert differences == ["it answers: GET /", "text is 'done', not 'other'"]
    assert len(server.seen) > 1


def test_a_request_that_is_never_answered_is_a_failure(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke_request, "ANSWER_LIMIT", 0.2)

    assert send(server, exchange(path="/never")) == ["it answers: GET /never", "no complete answer within 0.2 seconds"]


@pytest.mark.parametrize("path", ["/drops", "/chunks", "/header", "/status"])
def test_an_answer_that_never_ends_is_a_failure(server: Server, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(smoke_request, "ANSWER_LIMIT", 0.2)

    assert send(server, exchange(path=path, within=60.0)) == [
        f"it answers: GET {path}",
        "no complete answer within 0.2 seconds",
    ]


@pytest.mark.parametrize("path", ["/flood", "/length"])
def test_an_answer_larger_than_any_file_is_a_failure(server: Server, path: str) -> None:
    assert send(server, exchange(path=path, within=60.0)) == [
        f"it answers: GET {path}",
        "the answer is larger than 8192 KiB",
    ]


def test_a_connection_that_breaks_is_a_failure(server: Server) -> None:
    _, difference = send(server, exchange(path="/break"))

    assert difference.startswith("the connection broke: ")


def test_a_port_where_nobody_listens_is_a_failure() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        differences = smoke.send_all([exchange()], unused.getsockname()[1], lambda _: None, threading.Event())

    assert differences == ["it answers: GET /", "the connection broke: [Errno 111] Connection refused"]


@pytest.mark.parametrize(
    "request_",
    [{"path": "/é"}, {"headers": {"x": 1.5}}, {"headers": {"x": "日"}}, {"form": {"file": {"content": "a"}}}],
)
def test_a_request_that_cannot_be_sent_is_a_failure(server: Server, request_: dict[str, Any]) -> None:
    _, difference = send(server, exchange(**request_))

    assert difference.startswith("the request cannot be sent: ")


def test_no_further_exchange_is_sent_once_the_end_was_asked_for(server: Server) -> None:
    stop = threading.Event()
    stop.set()

    with pytest.raises(Cancelled):
        smoke.send_all([exchange(within=60.0)], server.server_port, lambda _: None, stop)

    assert server.names() == []
