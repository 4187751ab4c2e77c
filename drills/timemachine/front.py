"""The machine behind a port: cheroot's server, with answers that can be held back and connections that can be cut.

A request goes from the socket to the machine as it is: its path stays percent-encoded and its headers are not copied.
An answer that a fault holds back costs no worker: its connection leaves the worker, and a timer writes the answer.
"""

import errno
import logging
import threading
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple, cast

from cheroot import errors, server
from cheroot.workers.threadpool import ThreadPool

from ..errors import UsageError
from .calls import Answer, Call
from .machine import TimeMachine

HOST: Final = "127.0.0.1"
THREADS: Final = 16
BACKLOG: Final = 512
IDLE_S: Final = 120
"""Kept connections may be silent for so long: a drill's clients pause while it waits."""
LARGEST_BODY: Final = 32 * 1024 * 1024
LARGEST_HEADERS: Final = 64 * 1024
ENCODING: Final = "latin-1"
"""Of headers, as HTTP has them."""

log = logging.getLogger(__name__)


class Headers(Mapping[str, str]):
    """A request's headers by their names in lower case; nothing is copied."""

    def __init__(self, headers: Mapping[bytes, bytes]) -> None:
        self._headers = headers

    def __getitem__(self, name: str) -> str:
        return self._headers[name.title().encode(ENCODING)].decode(ENCODING)

    def __iter__(self) -> Iterator[str]:
        return (name.decode(ENCODING).lower() for name in self._headers)

    def __len__(self) -> int:
        return len(self._headers)


class BadBodyError(Exception):
    """A request's body cannot be read.

    Args:
        status: the answer's status line.
        why: what the answer says.
    """

    def __init__(self, status: str, why: str) -> None:
        super().__init__(why)
        self.status = status


class Gateway(server.Gateway):
    """One request, between cheroot and the machine."""

    def respond(self) -> None:
        """Answer it, hold the answer back, or cut the connection."""
        request = self.req
        try:
            body = body_of(request)
        except BadBodyError as error:
            request.simple_response(error.status, str(error))
            cut(request)
            return
        headers = Headers(request.inheaders)
        method, path = request.method.decode(ENCODING), request.uri.decode(ENCODING)
        answer = cast("Front", request.server).machine.respond(
            Call(method, headers.get("host", HOST), path, headers, body)
        )
        if answer.delay_s:
            request.conn.hold(answer.delay_s, request, answer)
        else:
            end(request, answer)


def body_of(request: Any) -> bytes:
    """All of a request's body.

    Raises:
        BadBodyError: it is too large, or its length is not what it says.
    """
    if int(request.inheaders.get(b"Content-Length", 0)) < 0:
        raise BadBodyError("400 Bad Request", "Content-Length is negative")
    try:
        return cast("bytes", request.rfile.read())
    except ValueError as error:
        raise BadBodyError("400 Bad Request", str(error)) from None
    except (errors.MaxSizeExceeded, OSError) as error:
        # So cheroot says that a body in chunks is too large; a connection that broke has a number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise BadBodyError("413 Request Entity Too Large", f"a body may have {LARGEST_BODY} bytes") from None


def end(request: Any, answer: Answer) -> None:
    """Send an answer, or cut the connection instead."""
    if answer.dropped:
        cut(request)
    else:
        write(request, answer)


def write(request: Any, answer: Answer) -> None:
    """Send an answer; to HEAD without its body."""
    request.status = f"{answer.status} {HTTPStatus(answer.status).phrase}".encode(ENCODING)
    headers = [(name.encode(ENCODING), value.encode(ENCODING)) for name, value in answer.headers.items()]
    if not any(name.lower() == b"content-length" for name, _ in headers):
        headers.append((b"Content-Length", b"%d" % len(answer.body)))
    request.outheaders = headers
    request.ensure_headers_sent()
    if answer.body and request.method != b"HEAD":
        request.write(answer.body)


def cut(request: Any) -> None:
    """Let cheroot close the connection, with nothing more said on it."""
    request.sent_headers = True
    request.close_connection = True


class Held(NamedTuple):
    """An answer that is held back, and whether its connection ends with it."""

    seconds: float
    request: Any
    answer: Answer
    closes: bool


class Connection(server.HTTPConnection):
    """A connection whose answer may be held back; no worker waits for it meanwhile."""

    held: Held | None = None

    def hold(self, seconds: float, request: Any, answer: Answer) -> None:
        """Keep an answer for later, and the connection with it."""
        self.held = Held(seconds, request, answer, request.close_connection)
        request.sent_headers = True
        request.close_connection = False

    def release(self) -> None:
        """Send the answer that is held back, and go on as without the delay."""
        assert self.held is not None, "set when the answer was kept"
        _, request, answer, closes = self.held
        self.held = None
        request.sent_headers = False
        request.close_connection = closes
        try:
            end(request, answer)
        except OSError:
            # The client went away meanwhile.
            request.close_connection = True
        if request.close_connection:
            self.close()
        else:
            self.server.put_conn(self)


class Front(server.HTTPServer):
    """The machine's HTTP server, on loopback only.

    Args:
        machine: what answers.
        port: 0 takes a free one.
    """

    ConnectionClass = Connection

    def __init__(self, machine: TimeMachine, port: int) -> None:
        super().__init__((HOST, port), gateway=Gateway)
        self.machine = machine
        self._timers: dict[Connection, threading.Timer] = {}
        self.requests = ThreadPool(self, min=THREADS)
        self.request_queue_size = BACKLOG
        self.timeout = IDLE_S
        self.shutdown_timeout = 1
        self.max_request_body_size = LARGEST_BODY
        self.max_request_header_size = LARGEST_HEADERS
        # How long stopping has to wait until the accepting thread looks up.
        self.expiration_interval = 0.05
        # Every client may keep its connection: cheroot would close all but ten of them.
        self.keep_alive_conn_limit = BACKLOG

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.bind_addr[1]
        return port

    def put_conn(self, conn: Connection) -> None:
        """Take a connection back from its worker; one with an answer to come waits for it first."""
        if conn.held is None or not self.ready:
            super().put_conn(conn)
            return
        timer = self._timers[conn] = threading.Timer(conn.held.seconds, self._release, [conn])
        timer.daemon = True
        timer.start()

    def stop(self) -> None:
        """Stop answering; what is held back is not sent any more."""
        super().stop()
        for conn, timer in list(self._timers.items()):
            timer.cancel()
            conn.close()
        self._timers.clear()

    def _release(self, conn: Connection) -> None:
        self._timers.pop(conn, None)
        conn.release()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:  # noqa: FBT001, FBT002 - cheroot's signature
        """Log what cheroot complains of; clients that go away are no news."""
        log.log(level if level >= logging.ERROR else logging.DEBUG, msg, exc_info=traceback)


def listening(machine: TimeMachine, port: int) -> Front:
    """A server that has its port.

    Raises:
        UsageError: the port is in use, or may not be used.
    """
    front = Front(machine, port)
    try:
        front.prepare()
    except OSError as error:
        found = "is in use" if error.errno == errno.EADDRINUSE or "in use" in str(error) else f"cannot be used: {error}"
        raise UsageError(f"port {port} of {HOST} {found}", "Name another --port, or 0 for a free one.") from error
    return front
