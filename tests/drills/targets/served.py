"""A time machine that is served from a thread of the test's own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from dynadrill.drills.targets.running_clock import RunningClock
from dynadrill.drills.timemachine.clock_kind import ClockKind
from dynadrill.drills.timemachine.front import listening
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.server import answering

START_AT = 1_780_272_000.0
DURATIONS = dict.fromkeys(("restore", "restore_job", "backup_job", "copy_job", "export", "import", "replica"), 60.0)


@contextmanager
def served_machine(kind: ClockKind = ClockKind.MANUAL) -> Iterator[tuple[str, TimeMachine]]:
    """Its address, and the machine itself; all work takes 60 s of its time."""
    clock = ManualClock(START_AT) if kind is ClockKind.MANUAL else RunningClock(START_AT)
    machine = TimeMachine(clock, durations=DURATIONS, clock_kind=kind)
    front = listening(machine, 0)
    answering(front)
    try:
        yield f"http://127.0.0.1:{front.port}", machine
    finally:
        front.stop()


def go_there(environment: pytest.MonkeyPatch, address: str, account: str = "210987654321") -> None:
    """Be a user whose boto3 is configured with an address, as an account of the machine, and with no files."""
    # What boto3.client() uses, and keeps with the credentials of whoever made the first client.
    environment.setattr(boto3, "DEFAULT_SESSION", None)
    environment.setenv("AWS_ENDPOINT_URL", address)
    environment.setenv("AWS_ACCESS_KEY_ID", account)
    environment.setenv("AWS_SECRET_ACCESS_KEY", "any")
    environment.setenv("AWS_CONFIG_FILE", "/nonexistent")
    environment.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    environment.delenv("DYNADRILL_ALLOW_AWS", raising=False)


def make_orders(db: Any) -> None:
    """Make somebody's table, keyed by `id`, by a client of the machine."""
    db.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
