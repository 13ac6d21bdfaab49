"""Sends one request of a smoke test, and reads its answer within bounds of time and size.

Not here: comparing the answer (`smoke.py`).
"""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, IncompleteRead
from typing import Any

from scaffolder.system.untrusted_files import LARGEST

ANSWER_LIMIT = 10.0
"""Seconds after which a request counts as unanswered, however much of an answer has come."""


@dataclass(frozen=True)
class Reply:
    """An answer of the worker."""

    status: int
    headers: dict[str, str]
    text: str


class TooLarge(HTTPException):
    """An answer exceeds the size of a file that is read."""


def send(request: dict[str, Any], port: int) -> Reply:
    """Send a request to the running worker, and return its answer.

    Raises:
        TimeoutError: The answer was not complete in time.
        TooLarge: It is too large.
        OSError: The connection broke.
        HTTPException: It is not HTTP.
    """
    body, headers = _body(request)
    connection = HTTPConnection("127.0.0.1", port, timeout=ANSWER_LIMIT)
    with closing(connection), _ended_at_the_limit(connection):
        connection.request(
            request.get("method", "GET"), request["path"], body, {**headers, **request.get("headers", {})}
        )
        response = connection.getresponse()
        content = response.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TooLarge
        if response.length:
            raise IncompleteRead(content, response.length)
        text = content.decode("utf-8", errors="replace")
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, text)


@contextmanager
def _ended_at_the_limit(connection: HTTPConnection) -> Iterator[None]:
    """End whatever a connection waits for when the time is up; its own limit starts again with each byte.

    Raises:
        TimeoutError: It was still open when the time was up.
    """
    connection.connect()
    # An answer may take over the socket, which its connection then no longer has.
    opened, is_over = connection.sock, threading.Event()

    def end() -> None:
        is_over.set()
        with suppress(OSError):
            opened.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(ANSWER_LIMIT, end)
    timer.start()
    try:
        yield
    except (OSError, HTTPException) as error:
        if is_over.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if is_over.is_set():
        raise TimeoutError


def _body(request: dict[str, Any]) -> tuple[bytes | None, dict[str, str]]:
    if "form" in request:
        boundary = secrets.token_hex(16)
        content_type = f"multipart/form-data; boundary={boundary}"
        return _form(request["form"], boundary), {"content-type": content_type}
    if "json" in request:
        return json.dumps(request["json"]).encode(), {"content-type": "application/json"}
    if "body" in request:
        return str(request["body"]).encode(), {}
    return None, {}


def _form(fields: dict[str, Any], boundary: str) -> bytes:
    """Write a multipart form (RFC 7578); a field with a `filename` is a file."""
    parts = []
    for name, value in fields.items():
        is_file = isinstance(value, dict)
        extra = f'; filename="{value["filename"]}"\r\ncontent-type: text/plain' if is_file else ""
        content = value["content"] if is_file else value
        parts.append(f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"{extra}\r\n\r\n{content}\r\n')
    return f"{''.join(parts)}--{boundary}--\r\n".encode()
