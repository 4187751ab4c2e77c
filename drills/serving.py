"""What `dynadrill serve` does: the time machine on a loopback port, for any SDK, until it is told to end."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

import orjson

from .errors import UsageError
from .quantities import parse_duration, parse_instant
from .targets.running_clock import RunningClock
from .terminal import say
from .timemachine.clock_kind import ClockKind
from .timemachine.durations import RANGES_S
from .timemachine.fault_forms import fault_in
from .timemachine.front import HOST, Front, listening
from .timemachine.machine import MachineClock, ManualClock, TimeMachine
from .timemachine.outages import outage_in
from .timemachine.server import LARGEST_PORT, answering
from .verdict import ExitCode

BANNER = """The dynadrill time machine answers at {endpoint}, for this computer only; CTRL+C ends it.

  export AWS_ENDPOINT_URL={endpoint}
  export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=any
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  aws dynamodb list-tables

Its clock {clock}.
{moving}
Faults, lost Regions and all else: {endpoint}/dynadrill/
Everything is in memory and gone when it ends.
"""
MOVING = """Five minutes on:
  curl -d '{{"advance_s": 300}}' {endpoint}/dynadrill/clock
"""
CLOCKS = {
    ClockKind.REAL: "runs as real time does and can be moved forward; a drill moves it rather than wait",
    ClockKind.MANUAL: "stands still until it is moved",
    ClockKind.WALL: "runs as real time does, and nobody can move it",
}


@dataclass(frozen=True)
class Serving:
    """What the command line asks for, as it was written."""

    port: int
    clock: str
    start_at: str | None
    seed: int
    durations: Sequence[str]
    faults: Sequence[str]
    outages: Sequence[str]


def serve(asked: Serving, stream: TextIO) -> int:
    """Serve until the process is told to end, which raises KeyboardInterrupt here.

    Says where on the stream: on a terminal for people, else as one line of JSON.

    Raises:
        UsageError: an option is wrong, or the port is in use.
    """
    _forget_the_users_account()
    front = listening(machine_of(asked), asked.port)
    try:
        thread = answering(front)
        say(welcome(front, asked.clock) if stream.isatty() else first_line(front), stream)
        thread.join()
    finally:
        front.stop()
    return ExitCode.DEFECT


def machine_of(asked: Serving) -> TimeMachine:
    """The machine that is asked for.

    Raises:
        UsageError: an option is wrong.
    """
    if not 0 <= asked.port <= LARGEST_PORT:
        raise UsageError(f"the port is {asked.port}", f"A port is 0 to {LARGEST_PORT}; 0 takes a free one.")
    kind = _clock_kind(asked.clock)
    machine = TimeMachine(
        _clock(kind, asked.start_at),
        seed=asked.seed,
        durations=dict(map(_duration, asked.durations)),
        clock_kind=kind,
    )
    for fault in asked.faults:
        machine.fleet.faults.add(fault_in(fault))
    for outage in asked.outages:
        machine.fleet.outages.add(*outage_in(outage))
    return machine


def welcome(front: Front, clock: str) -> str:
    """What people read."""
    endpoint = _endpoint(front)
    moving = "" if clock == ClockKind.WALL else MOVING.format(endpoint=endpoint)
    return BANNER.format(endpoint=endpoint, clock=CLOCKS[ClockKind(clock)], moving=moving)


def first_line(front: Front) -> str:
    """What programs read."""
    endpoint = _endpoint(front)
    members = {"port": front.port, "endpoint": endpoint, "control": f"{endpoint}/dynadrill/"}
    return orjson.dumps(members).decode() + "\n"


def _endpoint(front: Front) -> str:
    return f"http://{HOST}:{front.port}"


def _clock_kind(text: str) -> ClockKind:
    if text not in CLOCKS:
        raise UsageError(f"there is no clock {text!r}", f"Clocks are {', '.join(CLOCKS)}.")
    return ClockKind(text)


def _clock(kind: ClockKind, start_at: str | None) -> MachineClock:
    first_at = None if start_at is None else parse_instant(start_at)
    if kind is not ClockKind.MANUAL:
        return RunningClock(first_at)
    return ManualClock(RunningClock().now() if first_at is None else first_at)


def _duration(text: str) -> tuple[str, float]:
    """A kind of work and how long it takes: `restore=30`, `restore=5m`."""
    kind, equals, length = (part.strip() for part in text.partition("="))
    if not equals:
        raise UsageError(f"the duration {text!r} is not KIND=TIME", f"Kinds are {', '.join(RANGES_S)}.")
    try:
        return kind, float(length)
    except ValueError:
        pass
    try:
        return kind, parse_duration(length)
    except UsageError as error:
        raise UsageError(f"the duration {kind}: {error.message}", f"{error.hint} A bare number is seconds.") from None


def _forget_the_users_account() -> None:
    """Nothing here is about it, and boto3 within moto stumbles over a profile that is not there."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
