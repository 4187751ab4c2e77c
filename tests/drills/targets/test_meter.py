"""What a run uses is counted, whichever way a call goes out, and kept for whoever goes on with it."""

from pathlib import Path
from typing import Any

import boto3
import orjson
import pytest
from dynadrill.drills.errors import BudgetError, UnverifiableError
from dynadrill.drills.snapshots.reading import Reading, read_table
from dynadrill.drills.snapshots.source import Segment
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.live_table import RemoteTable
from dynadrill.drills.targets.meter import Budget, Meter
from dynadrill.drills.targets.wall_clock import WallClock
from dynadrill.drills.values import key_of

from .served import go_there, make_orders, served_machine

PRICES = {"RestoreTableToPointInTime": 0.5, "ExportTableToPointInTime": 0.25, "PutItem": 0.01, "Scan": 0.75}
ITEMS = 40


def begun(limit_usd: float = 1.0, keep: Path | None = None, now: list[float] | None = None, **more: float) -> Meter:
    """A meter with a budget, by prices of the test's own."""
    seconds = now or [0.0]
    meter = Meter(keep)
    meter.begin(Budget(limit_usd, lambda _, operation, __: PRICES.get(operation, 0.0), **more), lambda: seconds[0])
    return meter


def used(keep: Path) -> float:
    """What is on disk."""
    found: float = orjson.loads(keep.read_bytes())["used_usd"]
    return found


def test_a_call_that_goes_past_the_budget_is_not_sent() -> None:
    """What is agreed to is used to its last part; the call that would go past it is not let out, free ones are."""
    meter = begun()
    for _ in range(2):
        meter.asking("dynamodb", "RestoreTableToPointInTime", {})
    meter.asking("dynamodb", "DescribeTable", {})
    with pytest.raises(BudgetError, match=r"budget of 1 USD is used up: about 1\.0000 USD .* 0\.0100 more"):
        meter.asking("dynamodb", "PutItem", {})
    meter.lift()
    meter.asking("dynamodb", "PutItem", {})


def test_time_counts_too() -> None:
    """What others use meanwhile is counted by the second."""
    now = [100.0]
    meter = begun(now=now, usd_per_s=0.1)
    now[0] += 9.0
    meter.check()
    now[0] += 2.0
    with pytest.raises(BudgetError):
        meter.check()


def test_what_was_refused_was_not_bought(tmp_path: Path) -> None:
    """A restore that was refused costs nothing, also on disk; a write on a condition that did not hold does."""
    meter = begun(keep=tmp_path / "spent.json")
    meter.refused(meter.asking("dynamodb", "RestoreTableToPointInTime", {}))
    meter.refused(meter.asking("dynamodb", "PutItem", {}))
    meter.lift()
    assert used(tmp_path / "spent.json") == pytest.approx(0.01)


def test_what_was_spent_is_on_disk_before_it_is_sent(tmp_path: Path) -> None:
    """A process that dies loses a hundredth of the budget at most; whoever goes on counts from there."""
    keep = tmp_path / "spent.json"
    meter = begun(keep=keep)
    meter.asking("dynamodb", "RestoreTableToPointInTime", {})
    assert used(keep) == 0.5
    for number in range(1, 101):
        meter.has_read("Scan", {}, 0.0)
        meter.has_read("Scan", {}, 1.0)
        assert 0.5 <= used(keep) <= 0.5 + number * 0.002
    again = begun(keep=keep)
    again.asking("dynamodb", "ExportTableToPointInTime", {"ClientToken": "one"})
    with pytest.raises(BudgetError):
        again.asking("dynamodb", "RestoreTableToPointInTime", {})


def test_what_does_nothing_again_costs_nothing_again(tmp_path: Path) -> None:
    """An export asked for again with its token is the same one; one that was refused was none, and costs then."""
    keep = tmp_path / "spent.json"
    one, other = ({"ClientToken": name} for name in ("one", "other"))
    begun(keep=keep).asking("dynamodb", "ExportTableToPointInTime", one)
    again = begun(keep=keep)
    again.asking("dynamodb", "ExportTableToPointInTime", one)
    assert used(keep) == 0.25
    again.refused(again.asking("dynamodb", "ExportTableToPointInTime", other))
    again.asking("dynamodb", "ExportTableToPointInTime", other)
    assert used(keep) == 0.5


def test_what_cannot_be_read_is_not_taken_for_nothing(tmp_path: Path) -> None:
    """Where it is not known how much was spent before, nobody goes on as if it were nothing."""
    keep = tmp_path / "spent.json"
    keep.write_text("{")
    with pytest.raises(UnverifiableError, match="how much was spent before is not known"):
        begun(keep=keep)


@pytest.mark.parametrize("segments", [1, 4])
def test_reads_are_counted_in_every_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, segments: int) -> None:
    """Scans beside the clients, in as many threads as there are, are counted by what they consumed, and held back."""
    with served_machine() as (url, machine):
        go_there(monkeypatch, url)
        db: Any = boto3.client("dynamodb", region_name="eu-west-1")
        make_orders(db)
        machine.clock.set_forward(machine.clock.now() + 60)
        for number in range(ITEMS):
            db.put_item(TableName="orders", Item={"id": {"S": str(number)}, "text": {"S": "x" * 6000}})
        keep = tmp_path / "spent.json"

        def table(meter: Meter) -> RemoteTable:
            return RemoteTable(Place(url, "eu-west-1", as_user=True), "orders", WallClock(), segments, meter)

        enough = begun(1000.0, keep, usd_per_read_unit=1.0)
        read = table(enough)
        told = read_table(read, tmp_path / "read", WallClock(), Reading(segments)).about.read_units
        enough.lift()
        assert told is not None
        assert used(keep) == told >= ITEMS
        looked = table(again := begun(1000.0, keep, usd_per_read_unit=1.0))
        keys = [key_of({"id": {"S": str(number)}}, ("id",)) for number in range(10)]
        assert len(looked.look(keys)) == 10
        again.lift()
        assert used(keep) == pytest.approx(told + 20)
        short = table(begun(20.0, usd_per_read_unit=1.0))
        assert len(short.page(Segment(0, 1), None, 20).items) == 20
        with pytest.raises(BudgetError, match="is used up"):
            read_table(short, tmp_path / "short", WallClock(), Reading(segments))
        for each in (read, looked, short):
            each.close()
