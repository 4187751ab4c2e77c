"""The time machine as a process: `python -m dynadrill.drills.timemachine.server --port 0 --clock-file PATH`.

It listens on 127.0.0.1, prints `{"port": N}` when it is ready, and ends on SIGTERM, on SIGINT and when its parent ends.
"""

import argparse
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import orjson

from ..errors import DrillError, UsageError
from ..targets.running_clock import RunningClock
from ..targets.shared_clock import SharedClock
from .clock_kind import ClockKind
from .durations import RANGES_S
from .front import Front, listening
from .machine import MachineClock, TimeMachine

PARENT_POLL_S = 0.2
LARGEST_PORT = 65_535
GARBAGE_THRESHOLDS = (50_000, 5, 1_000)
"""Garbage is collected seldom, and the middle generation before it has grown large: rows are no garbage, and there may
be a million of them."""
SWITCH_INTERVAL_S = 0.001
"""A request takes the interpreter's lock several times, and each time waits so long for a restore that is worked out:
with Python's own 5 ms its writers were kept waiting for 25 to 50 ms, with this for 10 to 15, at the same throughput."""


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
def clock_of(options: argparse.Namespace) -> Iterator[MachineClock]:
    """The clock that the command line names."""
    if options.clock_file is None:
        yield RunningClock()
        return
    with SharedClock(options.clock_file) as clock:
        yield clock


def settle() -> None:
    """Leave what was made at the start out of every later collection of garbage, and let threads take turns sooner."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    sys.setswitchinterval(SWITCH_INTERVAL_S)


def signalled() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return ended


def answering(front: Front) -> threading.Thread:
    """Let a server answer, in a thread of its own."""
    settle()
    thread = threading.Thread(target=front.serve, name="answering", daemon=True)
    thread.start()
    return thread


def serve(front: Front, ended: threading.Event, parent: int) -> None:
    """Say the port, and answer until the event comes or the parent process has ended."""
    thread = answering(front)
    sys.stdout.write(orjson.dumps({"port": front.port}).decode() + "\n")
    sys.stdout.flush()
    # Linux could send a signal when the parent ends, but does so already when the thread that started us ends.
    while not ended.wait(PARENT_POLL_S) and os.getppid() == parent and thread.is_alive():
        pass


def main(given: Sequence[str] | None = None) -> int:
    """Run the server and give its exit code."""
    parent = os.getppid()
    try:
        options = arguments(given)
        ended = signalled()
        with clock_of(options) as clock:
            machine = TimeMachine(clock, seed=options.seed, durations=dict(options.duration), clock_kind=ClockKind.REAL)
            front = listening(machine, options.port)
            try:
                serve(front, ended, options.parent or parent)
            finally:
                front.stop()
    except DrillError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
