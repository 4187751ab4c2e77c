"""A hundred threads write, restore and delete at once: nothing is lost, and every past is what the ledger says."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Any

import orjson
import pytest
from dynadrill.drills.timemachine.machine import TimeMachine

from .support import START_AT

TABLES = ("Orders", "Customers", "Carts")
WRITERS, RESTORERS, DELETERS = 85, 10, 5
KEYS_EACH = 20
SPEED = 60.0
"""Seconds of target time per real one: five minutes of lag are five real seconds."""
LEAST_RESTORES, LEAST_PUTS = 20, 1000
"""Of each kind; a run in which less happened would show little, so it goes on."""
EXPECTED_ERRORS = {"LimitExceededException"}
"""What AWS says to the 51st restore at a time."""

Value = str | None


class FastClock:
    """Target time that runs by itself, faster than real time, and can be moved forward."""

    def __init__(self, start_at: float, speed: float) -> None:
        self._start_at = start_at
        self._speed = speed
        self._began = time.monotonic()

    def now(self) -> float:
        """This instant, epoch seconds."""
        return self._start_at + (time.monotonic() - self._began) * self._speed

    def set_forward(self, to_at: float) -> None:
        """Nobody moves it here."""
        raise NotImplementedError


@dataclass
class Write:
    """One write to one key: when it was asked, when it was told (never: not yet), and what it left."""

    asked_at: float
    told_at: float
    value: Value


@dataclass
class Ledger:
    """Every write to every key, in order: each key has one writer, which waits for its answers."""

    writes: dict[tuple[str, str], list[Write]] = field(default_factory=dict)

    def admissible(self, key: tuple[str, str], at: float) -> set[Value]:
        """What a key may hold at an instant: one value, or two where a write was under way."""
        values: set[Value] = set()
        held: Value = None
        settled = True
        for write in self.writes.get(key, []):
            if write.told_at <= at:
                held, settled = write.value, True
                values = {held}
            elif write.asked_at <= at:
                values = {held, write.value}
                settled = False
        return values or ({held} if settled else {None})


@dataclass
class Crowd:
    """The machine, its clock, the ledger, and what went wrong."""

    machine: TimeMachine
    clock: FastClock
    until: float
    ledger: Ledger = field(default_factory=Ledger)
    wrong: list[str] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))

    def ask(self, operation: str, **members: Any) -> dict[str, Any] | None:
        """An operation's answer; None where it was refused as AWS would."""
        answer = self.machine.handle(f"DynamoDB_20120810.{operation}", orjson.dumps(members), region="us-east-1")
        parsed: dict[str, Any] = orjson.loads(answer.body)
        if answer.status == 200:
            self.did[operation] += 1
            return parsed
        name = parsed["__type"].rpartition("#")[2]
        self.did[name] += 1
        if name not in EXPECTED_ERRORS:
            self.wrong.append(f"{operation}: {answer.status} {name}: {parsed.get('message')}")
        return None

    def goes_on(self) -> bool:
        """Whether there is time left, or too little was done on a busy machine; not once something has gone wrong."""
        restored = min(self.did["RestoreTableToPointInTime"], self.did["RestoreTableFromBackup"])
        enough = restored >= LEAST_RESTORES and self.did["PutItem"] >= LEAST_PUTS
        return not self.wrong and (time.monotonic() < self.until or not enough)

    def wait_until_active(self, table: str) -> None:
        """Until a restored table can be used."""
        while True:
            found = self.ask("DescribeTable", TableName=table)
            if found is None or found["Table"]["TableStatus"] == "ACTIVE":
                return
            time.sleep(0.005)

    def scanned(self, table: str) -> dict[str, str]:
        """All items of a table: key to value."""
        found: dict[str, str] = {}
        start: dict[str, Any] = {}
        while True:
            page = self.ask("Scan", TableName=table, ConsistentRead=True, **start)
            if page is None:
                return found
            found |= {item["id"]["S"]: item["value"]["S"] for item in page["Items"]}
            if "LastEvaluatedKey" not in page:
                return found
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def check(self, table: str, source: str, at: float) -> None:
        """Hold a restored table against the ledger at its second."""
        found = self.scanned(table)
        for name, key in list(self.ledger.writes):
            if name == source and found.get(key) not in self.ledger.admissible((name, key), at):
                self.wrong.append(f"{source} at {at}: {key} is {found.get(key)}")
        stray = set(found) - {key for name, key in list(self.ledger.writes) if name == source}
        if stray:
            self.wrong.append(f"{source} at {at}: nobody wrote {sorted(stray)[:3]}")


def _create(crowd: Crowd, table: str) -> None:
    crowd.ask(
        "CreateTable",
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    on = {"PointInTimeRecoveryEnabled": True}
    crowd.ask("UpdateContinuousBackups", TableName=table, PointInTimeRecoverySpecification=on)


def _writer(crowd: Crowd, number: int) -> None:
    random = Random(number)
    table = TABLES[number % len(TABLES)]
    keys = [f"{number}-{n}" for n in range(KEYS_EACH)]
    turn = 0
    while crowd.goes_on():
        turn += 1
        value = f"{number}.{turn}"
        match random.randrange(6):
            case 0 | 1:
                chosen: dict[str, Value] = {random.choice(keys): value}
                ((key, _),) = chosen.items()
                _write(crowd, table, chosen, "PutItem", TableName=table, Item=_item(key, value))
            case 2:
                chosen = {random.choice(keys): value}
                ((key, _),) = chosen.items()
                _write(crowd, table, chosen, "UpdateItem", TableName=table, Key={"id": {"S": key}},
                       UpdateExpression="SET #v = :v", ExpressionAttributeNames={"#v": "value"},
                       ExpressionAttributeValues={":v": {"S": value}})  # fmt: skip
            case 3:
                chosen = {random.choice(keys): None}
                ((key, _),) = chosen.items()
                _write(crowd, table, chosen, "DeleteItem", TableName=table, Key={"id": {"S": key}})
            case 4:
                several = random.sample(keys, 5)
                chosen = dict.fromkeys(several, value)
                puts = [{"PutRequest": {"Item": _item(key, value)}} for key in several]
                _write(crowd, table, chosen, "BatchWriteItem", RequestItems={table: puts})
            case _:
                put, gone = random.sample(keys, 2)
                steps = [
                    {"Put": {"TableName": table, "Item": _item(put, value)}},
                    {"Delete": {"TableName": table, "Key": {"id": {"S": gone}}}},
                ]
                _write(crowd, table, {put: value, gone: None}, "TransactWriteItems", TransactItems=steps)


def _item(key: str, value: str) -> dict[str, Any]:
    return {"id": {"S": key}, "value": {"S": value}}


def _write(crowd: Crowd, table: str, chosen: dict[str, Value], operation: str, **members: Any) -> None:
    asked = [Write(crowd.clock.now(), inf, value) for value in chosen.values()]
    for key, write in zip(chosen, asked, strict=True):
        crowd.ledger.writes.setdefault((table, key), []).append(write)
    crowd.ask(operation, **members)
    told_at = crowd.clock.now()
    for write in asked:
        write.told_at = told_at


def _restorer(crowd: Crowd, number: int) -> None:
    random = Random(f"restorer {number}")
    while crowd.goes_on():
        source, target = random.choice(TABLES), f"Restored-{number}-{next(crowd.numbers)}"
        window = crowd.ask("DescribeContinuousBackups", TableName=source)
        assert window is not None
        bounds = window["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        earliest, latest = int(bounds["EarliestRestorableDateTime"]), int(bounds["LatestRestorableDateTime"])
        at = random.randint(earliest, latest)
        restored = crowd.ask(
            "RestoreTableToPointInTime", SourceTableName=source, TargetTableName=target, RestoreDateTime=at
        )
        if restored is not None:
            crowd.wait_until_active(target)
            crowd.check(target, source, at)
            crowd.ask("DeleteTable", TableName=target)


def _deleter(crowd: Crowd, number: int) -> None:
    while crowd.goes_on():
        table = f"Doomed-{number}-{next(crowd.numbers)}"
        _create(crowd, table)
        for n in range(10):
            crowd.ask("PutItem", TableName=table, Item=_item(f"k{n}", table))
        crowd.ask("DeleteTable", TableName=table)
        listed = crowd.ask("ListBackups", TableName=table, BackupType="SYSTEM")
        assert listed is not None
        (backup,) = listed["BackupSummaries"]
        restored = crowd.ask("RestoreTableFromBackup", BackupArn=backup["BackupArn"], TargetTableName=table)
        if restored is not None:
            crowd.wait_until_active(table)
            if crowd.scanned(table) != {f"k{n}": table for n in range(10)}:
                crowd.wrong.append(f"{table} did not come back as it was deleted")
            crowd.ask("DeleteTable", TableName=table)


def _run(seconds: float) -> Crowd:
    clock = FastClock(START_AT, SPEED)
    machine = TimeMachine(clock, seed=1, durations={"restore": 5})
    crowd = Crowd(machine, clock, time.monotonic() + seconds)
    for table in TABLES:
        _create(crowd, table)
    jobs: list[tuple[Callable[[Crowd, int], None], int]] = [
        (job, number)
        for job, count in ((_writer, WRITERS), (_restorer, RESTORERS), (_deleter, DELETERS))
        for number in range(count)
    ]
    threads = [threading.Thread(target=_guarded, args=(crowd, job, number)) for job, number in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return crowd


def _guarded(crowd: Crowd, job: Callable[[Crowd, int], None], number: int) -> None:
    try:
        job(crowd, number)
    except BaseException as error:  # noqa: BLE001 - whatever it was, the test has to hear of it
        crowd.wrong.append(f"{job.__name__} {number}: {type(error).__name__}: {error}")


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [8, pytest.param(30, marks=pytest.mark.soak)])
def test_a_hundred_threads_lose_nothing_and_every_restore_is_exact(seconds: int) -> None:
    """No error that AWS would not give, every restore what the ledger says of its second, every key its last write."""
    crowd = _run(seconds)
    assert not crowd.wrong, crowd.wrong[:5]
    found = {(table, key): value for table in TABLES for key, value in crowd.scanned(table).items()}
    last = {key: writes[-1].value for key, writes in crowd.ledger.writes.items()}
    assert found == {key: value for key, value in last.items() if value is not None}


def test_the_ledger_of_this_test_can_tell() -> None:
    """A write under way leaves two values open, one that was told leaves one, and a later one is not admissible."""
    ledger = Ledger({("T", "k"): [Write(1, 2, "a"), Write(4, 6, "b")]})
    at = {instant: ledger.admissible(("T", "k"), instant) for instant in (0.5, 1, 3, 5, 6)}
    assert at == {0.5: {None}, 1: {None, "a"}, 3: {"a"}, 5: {"a", "b"}, 6: {"b"}}
