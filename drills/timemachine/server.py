"""The time machine as a process: `python -m dynadrill.drills.timemachine.server --port 0 --clock-file PATH`.

It listens on 127.0.0.1, prints `{"port": N}` when it is ready, and ends on SIGTERM, on SIGINT and when its parent ends.
"""

import argparse
import errno
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, NoReturn, TypeAlias

import orjson
from cheroot import wsgi

from ..errors import DrillError, UsageError
from ..targets.shared_clock import SharedClock
from .calls import Answer, Call
from .durations import RANGES_S
from .machine import TimeMachine

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[[str, list[tuple[str, str]]], object]

HOST = "127.0.0.1"
THREADS = 16
BACKLOG = 512
IDLE_S = 120
"""Kept connections may be silent for so long: a drill's clients pause while it waits."""
PARENT_POLL_S = 0.2
LARGEST_PORT = 65_535
LARGEST_BODY = 32 * 1024 * 1024
UNPREFIXED = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})
GARBAGE_THRESHOLD = 50_000
"""Garbage is collected seldom: rows are no garbage, and there may be a million of them."""


class Application:
    """The machine as WSGI has it."""

    def __init__(self, machine: TimeMachine) -> None:
        self._machine = machine

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request."""
        answer = self._answer(environ)
        headers = list(answer.headers.items())
        # What HEAD asks about has a length although nothing of it is sent.
        if environ["REQUEST_METHOD"] != "HEAD" or not any(name.lower() == "content-length" for name, _ in headers):
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [answer.body]

    def _answer(self, environ: Environ) -> Answer:
        # As it was sent: S3 has keys with percent signs and slashes that PATH_INFO has lost.
        path = environ["REQUEST_URI"]
        body = environ["wsgi.input"].read()
        host = environ.get("HTTP_HOST", HOST)
        return self._machine.respond(Call(environ["REQUEST_METHOD"], host, path, Headers(environ), body))


class Headers(Mapping[str, str]):
    """A WSGI environment's headers by their names in lower case; nothing is copied."""

    def __init__(self, environ: Environ) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        key = name.upper().replace("-", "_")
        value: str = self._environ[key if key in UNPREFIXED else f"HTTP_{key}"]
        return value

    def __iter__(self) -> Iterator[str]:
        names = (key if key in UNPREFIXED else key.removeprefix("HTTP_") for key in self._environ if _is_header(key))
        return (name.lower().replace("_", "-") for name in names)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _is_header(key: str) -> bool:
    return key in UNPREFIXED or key.startswith("HTTP_")


def port_number(text: str) -> int:
    """A port, 0 to 65535.

    Raises:
        ValueError: it is none; argparse names the text.
    """
    port = int(text)
    if not 0 <= port <= LARGEST_PORT:
        raise ValueError(text)
    return port


def duration(text: str) -> tuple[str, float]:
    """A kind of work and its duration: `restore=30`.

    Raises:
        ValueError: it is none; argparse names the text.
    """
    kind, _, seconds = text.partition("=")
    return kind, float(seconds)


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line.

    Raises:
        UsageError: it is wrong.
    """
    parser = Parser(prog="dynadrill.drills.timemachine.server", description="The embedded DynamoDB of dynadrill.")
    parser.add_argument("--port", type=port_number, default=0, help="0 takes a free one")
    clock = parser.add_mutually_exclusive_group(required=True)
    clock.add_argument("--clock-file", type=Path, help="a clock that other processes share")
    clock.add_argument("--clock", choices=["real"], help="a clock of its own that begins with the wall clock")
    parser.add_argument("--seed", type=int, default=0, help="durations and identifiers are drawn from it")
    parser.add_argument(
        "--duration",
        action="append",
        type=duration,
        default=[],
        metavar="KIND=SECONDS",
        help=f"how long a kind of work takes in target time instead of what its model says: {', '.join(RANGES_S)}",
    )
    parser.add_argument("--parent", type=int, help="end with this process instead of the one that started this")
    return parser.parse_args(given)


class Parser(argparse.ArgumentParser):
    """argparse, whose complaints are a UsageError of ours."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        raise UsageError(message, "See --help.")


@contextmanager
def clock_of(options: argparse.Namespace) -> Iterator[SharedClock]:
    """The clock that the command line names."""
    if options.clock_file is not None:
        with SharedClock(options.clock_file) as clock:
            yield clock
        return
    with TemporaryDirectory() as folder, SharedClock(Path(folder, "clock"), create=True) as clock:
        yield clock


def listening(machine: TimeMachine, port: int) -> wsgi.Server:
    """A server that has its port.

    Raises:
        UsageError: the port is in use, or may not be used.
    """
    server = wsgi.Server(
        (HOST, port), Application(machine), numthreads=THREADS, request_queue_size=BACKLOG, timeout=IDLE_S
    )
    server.max_request_body_size = LARGEST_BODY
    server.shutdown_timeout = 1
    # How long stopping has to wait until the accepting thread looks up.
    server.expiration_interval = 0.05
    # Every client may keep its connection: cheroot would close all but ten of them.
    server.keep_alive_conn_limit = BACKLOG
    try:
        server.prepare()
    except OSError as error:
        found = "is in use" if error.errno == errno.EADDRINUSE or "in use" in str(error) else f"cannot be used: {error}"
        raise UsageError(f"port {port} of {HOST} {found}", "Name another --port, or 0 for a free one.") from error
    return server


def signalled() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return ended


def serve(server: wsgi.Server, ended: threading.Event, parent: int) -> None:
    """Say the port, and answer until the event comes or the parent process has ended."""
    answering = threading.Thread(target=server.serve, name="answering", daemon=True)
    answering.start()
    sys.stdout.write(orjson.dumps({"port": server.bind_addr[1]}).decode() + "\n")
    sys.stdout.flush()
    # Linux could send a signal when the parent ends, but does so already when the thread that started us ends.
    while not ended.wait(PARENT_POLL_S) and os.getppid() == parent and answering.is_alive():
        pass


def main(given: Sequence[str] | None = None) -> int:
    """Run the server and give its exit code."""
    parent = os.getppid()
    try:
        options = arguments(given)
        ended = signalled()
        with clock_of(options) as clock:
            machine = TimeMachine(clock, seed=options.seed, durations=dict(options.duration))
            server = listening(machine, options.port)
            gc.collect()
            gc.freeze()
            gc.set_threshold(GARBAGE_THRESHOLD, 20, 50)
            try:
                serve(server, ended, options.parent or parent)
            finally:
                server.stop()
    except DrillError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
