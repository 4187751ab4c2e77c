"""A table of orders on a time machine in this process, a bug that deletes some of them, and users who go on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.in_process import Answering
from dynadrill.drills.targets.live_past import LivePast
from dynadrill.drills.targets.time_machines import LocalTimeMachine

from ..snapshots.support import MachineClock

THREE = 1_772_722_800.0
"""2026-03-05T15:00:00Z."""

DELETED, WRITTEN = 10, 10


@dataclass(frozen=True)
class Orders:
    """The table, in its machine, and the log that the bug left behind."""

    machine: LocalTimeMachine
    log: Path

    def past(self, name: str = "orders", *_: Any, **__: Any) -> LivePast:
        """The table's past, as the command opens it."""
        return LivePast(self.place, name, MachineClock(self.machine))

    @property
    def place(self) -> Place:
        """Where the table is."""
        return Place("http://127.0.0.1:1", "us-east-1", Answering(self.machine.machine))


def orders(folder: Path, *, view: str | None = "NEW_AND_OLD_IMAGES", recovery: bool = True) -> Orders:
    """Twenty orders; from 15:00:00 on one is deleted every ten seconds, and users put another two seconds later."""
    machine = LocalTimeMachine(start_at=THREE - 1800)
    client = machine.client("dynamodb")
    stream: Any = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}} if view else {}
    client.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **stream,
    )
    machine.advance(60)
    if recovery:
        client.update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    machine.advance(60)
    for number in range(20):
        client.put_item(TableName="orders", Item={"id": {"S": f"o{number}"}, "total": {"N": "5"}})
    machine.advance(THREE - machine.now())
    logged = []
    for number in range(DELETED):
        logged.append({"key": {"id": f"o{number}"}, "at": machine.now(), "item": None})
        client.delete_item(TableName="orders", Key={"id": {"S": f"o{number}"}})
        machine.advance(2)
        client.put_item(TableName="orders", Item={"id": {"S": f"n{number}"}, "total": {"N": "7"}})
        machine.advance(8)
    machine.advance(600)
    log = folder / "job.jsonl"
    log.write_bytes(b"\n".join(map(orjson.dumps, logged)))
    return Orders(machine, log)
