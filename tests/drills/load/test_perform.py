"""Doing one operation: what is on disk before it is sent, and what is written down after."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from dynadrill.drills.errors import RefusedError
from dynadrill.drills.history import Told, Who
from dynadrill.drills.load.perform import Writer
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.scenario import Operation
from dynadrill.drills.values import ABSENT, Change, digest, key_of

KEYS = ("ImportantId",)


def change(name: str, token: str | None = "t") -> Change:
    """A put of an item with a token, or a delete."""
    key = {"ImportantId": {"S": name}}
    return Change(key_of(key, KEYS), None if token is None else {**key, "token": {"S": token}})


PUT = Operation("put", (change("a"),))
EVERY_KIND = [
    PUT,
    Operation("insert", (change("a"),)),
    Operation("update", (change("a"),)),
    Operation("delete", (change("a", None),)),
    Operation("transaction", (change("a", "t.0"), change("b", "t.1"))),
]


def lines(history: Path) -> list[dict[str, Any]]:
    """What the part file holds."""
    return [orjson.loads(line) for line in (history / "part.jsonl").read_bytes().splitlines()]


@pytest.mark.parametrize("operation", EVERY_KIND, ids=lambda operation: operation.kind)
def test_asked_is_on_disk_before_the_request_is_sent(
    fake: Any, writer: Writer, history: Path, operation: Operation
) -> None:
    """When a request arrives, the history file already says that it was asked for, key by key, and not yet told."""
    seen: list[list[dict[str, Any]]] = []
    fake.before = lambda method, asked: seen.append(lines(history))
    writer.perform(operation, "t")
    (before,) = seen
    assert [(line["t"], line["kind"], line["key"], line["value"]) for line in before] == [
        ("asked", operation.kind, part.key, part.value) for part in operation.changes
    ]
    assert len({line["op"] for line in before}) == 1


def test_told_follows_the_answer(fake: Any, writer: Writer, history: Path) -> None:
    """An acknowledged write is ok, between the stamps just before sending and just after the answer."""
    arrived: list[float] = []
    fake.before = lambda method, asked: arrived.append(writer.clock.now())
    performed = writer.perform(PUT, "t")
    (write,) = read_history(history).writes
    assert (write.outcome, write.who, write.table) == (Told.OK, Who.LOAD, "t")
    assert write.told_at is not None
    assert write.asked_at < arrived[0] < write.told_at
    assert performed.acknowledged
    assert performed.latency_s == write.told_at - write.asked_at
    assert write.digest == digest(fake.tables["t"][write.key])


def test_a_refused_condition_is_fail(writer: Writer, history: Path) -> None:
    """An update of nothing is told as refused, with the error's name."""
    performed = writer.perform(Operation("update", (change("a"),)), "t")
    assert (performed.outcome, performed.error) == (Told.FAIL, "ConditionalCheckFailedException")
    assert [write.outcome for write in read_history(history).writes] == [Told.FAIL]
    assert lines(history)[-1]["error"] == "ConditionalCheckFailedException"


@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="x"), RuntimeError("?")])
def test_an_unknown_outcome_stays_unknown(fake: Any, writer: Writer, history: Path, error: Exception) -> None:
    """A write whose answer never came, or whose call broke, has a told line that says info and no instant."""

    def lose(method: str, asked: dict[str, Any]) -> None:
        raise error

    fake.before = lose
    performed = writer.perform(PUT, "t")
    (write,) = read_history(history).writes
    assert performed.outcome is Told.INFO
    assert (write.outcome, write.told_at) == (Told.INFO, None)
    assert lines(history)[-1] | {"at": 0} == {
        "t": "told",
        "op": write.op,
        "outcome": "info",
        "at": 0,
        "error": type(error).__name__,
    }


def test_being_interrupted_leaves_the_write_open(fake: Any, writer: Writer, history: Path) -> None:
    """CTRL+C in the middle of a call: asked, and never told."""

    def interrupt(method: str, asked: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    fake.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        writer.perform(PUT, "t")
    assert [write.outcome for write in read_history(history).writes] == [Told.INFO]
    assert [line["t"] for line in lines(history)] == ["asked"]


def test_what_the_guard_refuses_is_told_and_raised(fake: Any, writer: Writer, history: Path) -> None:
    """A call that the guard stopped did not happen, and whoever made it has to hear of it."""

    def refuse(method: str, asked: dict[str, Any]) -> None:
        raise RefusedError("not ours")

    fake.before = refuse
    with pytest.raises(RefusedError):
        writer.perform(PUT, "t")
    with pytest.raises(RefusedError):
        writer.send_unheard("t", [change("a")])
    assert [write.outcome for write in read_history(history).writes] == [Told.FAIL, Told.INFO]


def test_reads_are_recorded_only_when_asked_for(fake: Any, writer: Writer, history: Path) -> None:
    """A read leaves nothing in the history until reads are recorded, then what it saw: an item, or none."""
    get = Operation("get", (change("a", None),))
    assert writer.perform(get, "t").outcome is Told.OK
    assert lines(history) == []
    writer.perform(get, "t", record_reads=True)
    writer.perform(PUT, "t")
    writer.perform(get, "t", record_reads=True)
    found = read_history(history)
    assert [read.digest for read in found.reads] == [ABSENT, digest(change("a").value)]
    assert all(read.asked_at < read.told_at for read in found.reads)


def test_a_read_that_failed_saw_nothing(
    fake: Any, writer: Writer, history: Path, refusal: Callable[..., ClientError]
) -> None:
    """An error is not recorded as "there is no item"."""

    def refuse(method: str, asked: dict[str, Any]) -> None:
        raise refusal("ResourceNotFoundException")

    fake.before = refuse
    performed = writer.perform(Operation("get", (change("a", None),)), "t", record_reads=True)
    assert (performed.outcome, performed.error) == (Told.FAIL, "ResourceNotFoundException")
    assert read_history(history).reads == []


def test_unprocessed_items_are_refused_and_no_others(fake: Any, writer: Writer, history: Path) -> None:
    """Of a batch that was half done the keys that the answer names did not happen; the others did."""
    fake.before = lambda method, asked: asked["RequestItems"]["t"][1:]
    changes = [change("a"), change("b"), change("c", None)]
    performed = writer.write("t", changes)
    assert performed.outcome is Told.OK
    assert not performed.acknowledged
    assert performed.refused == {changes[1].key, changes[2].key}
    outcomes = {write.key: write.outcome for write in read_history(history).writes}
    assert [outcomes[each.key] for each in changes] == [Told.OK, Told.FAIL, Told.FAIL]
    assert list(fake.tables["t"]) == [changes[0].key]


def test_send_says_whether_all_was_acknowledged(fake: Any, writer: Writer, refusal: Callable[..., ClientError]) -> None:
    """A batch is acknowledged when every key is, and not when one was left or an error came."""
    assert writer.send("t", [change("a"), change("b", None)])
    fake.before = lambda method, asked: asked["RequestItems"]["t"][:1]
    assert not writer.send("t", [change("a"), change("b")])

    def throttle(method: str, asked: dict[str, Any]) -> None:
        raise refusal("ThrottlingException")

    fake.before = throttle
    assert not writer.send("t", [change("a")])


def test_an_unheard_batch_happens_and_is_never_told(fake: Any, writer: Writer, history: Path) -> None:
    """S2-12: the last batch of an interrupted script is sent, and nobody knows what became of it."""
    writer.send_unheard("t", [change("a"), change("b")])
    assert len(fake.tables["t"]) == 2
    assert [write.outcome for write in read_history(history).writes] == [Told.INFO, Told.INFO]
    assert [line["t"] for line in lines(history)] == ["asked", "asked"]


def test_an_unheard_batch_may_come_to_nothing(fake: Any, writer: Writer, history: Path) -> None:
    """Whoever did not wait for the answer does not see its error either."""

    def lose(method: str, asked: dict[str, Any]) -> None:
        raise ReadTimeoutError(endpoint_url="x")

    fake.before = lose
    writer.send_unheard("t", [change("a")])
    assert [write.outcome for write in read_history(history).writes] == [Told.INFO]
