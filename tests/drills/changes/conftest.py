"""A table with a stream on a time machine, and what reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from dynadrill.drills.changes.log import ChangeLog
from dynadrill.drills.changes.reader import Places, StreamReader
from dynadrill.drills.targets.time_machines import LocalTimeMachine
from dynadrill.drills.values import key_label

ONCE = Config(retries={"total_max_attempts": 1, "mode": "standard"})
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


@dataclass
class MachineClock:
    """Target time that is moved by waiting."""

    machine: LocalTimeMachine
    waited: list[str] = field(default_factory=list)

    def now(self) -> float:
        """See `Clock.now`."""
        return self.machine.now()

    def wait(self, seconds: float, why: str) -> None:
        """See `Clock.wait`."""
        self.waited.append(why)
        self.machine.advance(seconds)

    def live(self, seconds: float) -> None:
        """See `Clock.live`."""
        self.machine.advance(seconds)


@dataclass
class Streamed:
    """A table keyed by `id`, its stream, and a log that it is read into."""

    machine: LocalTimeMachine
    db: Any
    log: ChangeLog
    places: Places
    clock: MachineClock

    def reader(self, keep: Callable[..., None] | None = None) -> StreamReader:
        """Somebody who reads from where the log ends."""
        client = self.machine.client("dynamodbstreams", config=ONCE)
        return StreamReader(client, self.places, ("id",), self.clock, keep or self.log.append)

    def put(self, key: str, value: str) -> None:
        """Put an item."""
        self.db.put_item(TableName="Orders", Item={"id": {"S": key}, "v": {"S": value}, "b": {"B": b"\x00\xff"}})

    def delete(self, key: str) -> None:
        """Delete an item."""
        self.db.delete_item(TableName="Orders", Key={"id": {"S": key}})

    def logged(self) -> dict[str, str | None]:
        """What the log says that is there: key to value, None for a deletion."""
        return {key_label(r.key): r.new["v"]["S"] if r.new else None for r in self.log.changes()}


@pytest.fixture
def streamed(time_machine: LocalTimeMachine, tmp_path: Path) -> Streamed:
    """A table with a stream, and nothing read yet."""
    db = time_machine.client("dynamodb")
    made = db.create_table(
        TableName="Orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification=STREAM,
    )["TableDescription"]
    time_machine.advance(60)
    places = Places(made["LatestStreamArn"], began_at=time_machine.now())
    return Streamed(time_machine, db, ChangeLog(tmp_path / "recovery"), places, MachineClock(time_machine))
