"""Taking snapshots of live tables: every item once, whatever the segments, and on from where it was interrupted."""

import stat
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.errors import RefusedError, UnverifiableError, UsageError
from dynadrill.drills.snapshots import segment
from dynadrill.drills.snapshots.columns import digest_of, key_digest
from dynadrill.drills.snapshots.folder import open_snapshot
from dynadrill.drills.snapshots.reading import Reading, read_table
from dynadrill.drills.targets.time_machines import LocalTimeMachine
from dynadrill.drills.values import digest, key_of
from hypothesis import given, settings
from hypothesis import strategies as st

from .support import FACTS, MachineClock, PagedTable, StillClock, files_in, gone, remote, rows_of

ITEMS: list[dict[str, Any]] = [
    {"id": {"S": f"k{number}"}, "n": {"N": f"{number}.50"}, "tags": {"SS": ["b", "a"]}, "at": {"B": "AQI="}}
    for number in range(57)
]


def fill(machine: LocalTimeMachine, items: list[dict[str, Any]] = ITEMS) -> None:
    """A table of these items, with an index by `tag`."""
    db = machine.client("dynamodb")
    db.create_table(
        TableName="Orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "tag")],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_tag",
                "KeySchema": [{"AttributeName": "tag", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    for item in items:
        db.put_item(TableName="Orders", Item={**item, "at": {"B": b"\x01\x02"}})


@pytest.mark.parametrize("segments", [1, 3, 8])
def test_every_item_is_in_it_once(
    time_machine: LocalTimeMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, segments: int
) -> None:
    """A snapshot of a live table has each item, its canonical key and digest, and the instants of its page."""
    monkeypatch.setattr(segment, "PAGE_ITEMS", 5)
    fill(time_machine)
    clock = MachineClock(time_machine)
    stored = read_table(remote(time_machine), tmp_path / "s", clock, Reading(segments))
    rows = rows_of(stored)
    assert [row[0] for row in rows] == sorted(key_of(item, ("id",)) for item in ITEMS)
    by_key = {key_of(item, ("id",)): item for item in ITEMS}
    for key, key_high, key_low, digest_high, digest_low, _text in rows:
        assert digest_of(key_high, key_low) == key_digest(key)
        assert digest_of(digest_high, digest_low) == digest(by_key[key])
    assert stored.about.complete
    assert stored.about.rows == len(ITEMS)
    assert (stored.about.key_attributes, stored.about.key_types) == (("id",), ("S",))
    assert stored.about.began_at <= stored.about.ended_at
    assert stored.about.read_units


def test_an_empty_table_is_a_snapshot_too(time_machine: LocalTimeMachine, tmp_path: Path) -> None:
    """No item is no part, and complete all the same."""
    fill(time_machine, [])
    stored = read_table(remote(time_machine), tmp_path / "s", MachineClock(time_machine))
    assert stored.about.complete
    assert files_in(tmp_path / "s") == ["snapshot.json"]


def test_only_its_owner_can_read_it(time_machine: LocalTimeMachine, tmp_path: Path) -> None:
    """The folder and every file in it are closed to others: they hold what the table holds."""
    fill(time_machine)
    stored = read_table(remote(time_machine), tmp_path / "s", MachineClock(time_machine))
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "s").iterdir()} == {0o600}
    assert stored.files


@pytest.mark.parametrize("holds", ["digests", "keys"])
def test_items_need_not_be_kept(time_machine: LocalTimeMachine, tmp_path: Path, holds: Any) -> None:
    """Digests are those of the items, or of the bare keys where only keys are read; no item text is stored."""
    fill(time_machine)
    stored = read_table(remote(time_machine), tmp_path / "s", MachineClock(time_machine), Reading(holds=holds))
    by_key = {key_of(item, ("id",)): item for item in ITEMS}
    for key, _high, _low, digest_high, digest_low, text in rows_of(stored):
        assert text is None
        expected = digest(by_key[key]) if holds == "digests" else key_digest(key)
        assert digest_of(digest_high, digest_low) == expected
    assert stored.about.holds == holds


def test_an_index_is_read_as_it_can_be(time_machine: LocalTimeMachine, tmp_path: Path) -> None:
    """A global secondary index has the items that have its key, named by the table's keys, and is not consistent."""
    fill(time_machine, [{**ITEMS[0], "tag": {"S": "x"}}, {**ITEMS[1], "tag": {"S": "x"}}, ITEMS[2]])
    table = remote(time_machine, "Orders/index/by_tag")
    stored = read_table(table, tmp_path / "s", MachineClock(time_machine))
    assert [row[0] for row in rows_of(stored)] == ['{"id":{"S":"k0"}}', '{"id":{"S":"k1"}}']
    assert not stored.about.consistent
    with pytest.raises(UsageError, match="has no index by_day"):
        remote(time_machine, "Orders/index/by_day")


def test_what_is_not_there_is_a_usage_error(time_machine: LocalTimeMachine) -> None:
    """A table that nobody made is named, and where it was looked for."""
    with pytest.raises(UsageError, match="there is no table Orders at"):
        remote(time_machine)


def test_its_client_changes_nothing(time_machine: LocalTimeMachine) -> None:
    """Whoever came by the client could not write with it."""
    fill(time_machine)
    client = remote(time_machine)._client
    with pytest.raises(RefusedError, match="DeleteItem was not sent"):
        client.delete_item(TableName="Orders", Key={"id": {"S": "k0"}})
    with pytest.raises(RefusedError, match="ExecuteStatement was not sent"):
        client.execute_statement(Statement="SELECT * FROM Orders")


def test_it_goes_over_throttling_and_lost_connections(time_machine: LocalTimeMachine, tmp_path: Path) -> None:
    """What passes by is asked again after pauses that double; every item is there once."""
    fill(time_machine)
    clock = MachineClock(time_machine)
    table = remote(time_machine, clock=clock)
    for effect in ("throttle", "drop-before", "unavailable"):
        time_machine.fault(effect, operation="Scan", times=2)
    stored = read_table(table, tmp_path / "s", clock, Reading(1))
    assert clock.waits == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]
    assert stored.about.rows == len(ITEMS)


def test_it_gives_up_after_ten_times(time_machine: LocalTimeMachine, tmp_path: Path) -> None:
    """A table that throttles for ever ends in an error that says so, and a snapshot that is not complete."""
    fill(time_machine)
    clock = MachineClock(time_machine)
    table = remote(time_machine, clock=clock)
    time_machine.fault("throttle", operation="Scan")
    with pytest.raises(UnverifiableError, match="segment 0 of 1 of Orders could not be read, asked 10 times") as error:
        read_table(table, tmp_path / "s", clock, Reading(1))
    assert "--resume" in error.value.hint
    assert len(clock.waits) == 9
    assert not open_snapshot(tmp_path / "s").about.complete


def test_items_are_looked_at_again(time_machine: LocalTimeMachine) -> None:
    """By their keys, as they stand now, more than fit into one call; keys of nothing are left out."""
    many = [{"id": {"S": f"k{number}"}} for number in range(130)]
    fill(time_machine, many)
    keys = [key_of(item, ("id",)) for item in many]
    found = remote(time_machine).look([*keys, '{"id":{"S":"nobody"}}'])
    assert sorted(found) == sorted(keys)
    assert found[keys[0]] == {"id": {"S": "k0"}, "at": {"B": "AQI="}}


def pages(count: int, segments: int) -> list[list[dict[str, Any]]]:
    """The items of each segment."""
    return [ITEMS[:count][number::segments] for number in range(segments)]


@settings(max_examples=40)
@given(
    count=st.integers(0, 57),
    segments=st.integers(1, 5),
    page_items=st.integers(1, 9),
    stops=st.lists(st.integers(0, 30), max_size=4),
    batch_rows=st.integers(1, 12),
    part_rows=st.integers(1, 24),
)
def test_a_resumed_snapshot_is_as_an_uninterrupted_one(
    *,
    tmp_path_factory: pytest.TempPathFactory,
    count: int,
    segments: int,
    page_items: int,
    stops: list[int],
    batch_rows: int,
    part_rows: int,
) -> None:
    """Stopped after any pages, any number of times, it ends with exactly the rows of one that was never stopped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "BATCH_ROWS", batch_rows)
        patch.setattr(segment, "PART_ROWS", part_rows)
        folder, clock = tmp_path_factory.mktemp("resumed"), StillClock()
        whole = PagedTable(pages(count, segments), page_items)
        expected = rows_of(read_table(whole, folder / "whole", clock, Reading(segments)))
        for number, stop in enumerate(stops):
            left = iter(range(stop))

            def before(_segment: int, _given: int, left: Any = left) -> None:
                if next(left, None) is None:
                    raise UnverifiableError("gone")

            broken = PagedTable(pages(count, segments), page_items, before)
            try:
                read_table(broken, folder / "s", clock, Reading(segments, resume=number > 0))
            except UnverifiableError:
                assert not open_snapshot(folder / "s").about.complete
            else:
                assert rows_of(open_snapshot(folder / "s")) == expected
                return
        stored = read_table(whole, folder / "s", clock, Reading(segments, resume=bool(stops)))
    assert rows_of(stored) == expected
    assert stored.about.rows == count
    assert files_in(folder / "s") == sorted(["snapshot.json", *stored.about.parts])


def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    """Going on begins where each segment was stopped."""
    stopped = PagedTable(pages(57, 2), 5, lambda number, given: gone(number, given) if given == 15 else None)
    with pytest.raises(UnverifiableError):
        read_table(stopped, tmp_path / "s", StillClock(), Reading(2))
    on = PagedTable(pages(57, 2), 5)
    read_table(on, tmp_path / "s", StillClock(), Reading(2, resume=True))
    first = [min(given for number, given in on.asked if number == segment) for segment in (0, 1)]
    assert first == [15, 15]


@pytest.mark.parametrize(
    ("facts", "how", "told"),
    [
        ({"table_id": "t-2"}, Reading(2, resume=True), "table id was t-1, now t-2"),
        ({"created_at": 2.0}, Reading(2, resume=True), "created at was 1.0, now 2.0"),
        ({"key_types": ("N",)}, Reading(2, resume=True), "key types"),
        ({}, Reading(3, resume=True), "segments was 2, now 3"),
        ({}, Reading(2, holds="keys", resume=True), "holds was items, now keys"),
        ({}, Reading(2), "holds a snapshot that was begun"),
    ],
)
def test_another_table_is_not_gone_on_with(tmp_path: Path, facts: dict[str, Any], how: Reading, told: str) -> None:
    """A table that was made again, other segments or other contents are refused, and what was read stays."""
    with pytest.raises(UnverifiableError):
        read_table(PagedTable(pages(57, 2), 5, gone), tmp_path / "s", StillClock(), Reading(2))
    before = files_in(tmp_path / "s")
    other = PagedTable(pages(57, how.segments), 5, facts=FACTS._replace(**facts))
    with pytest.raises(UsageError, match=told):
        read_table(other, tmp_path / "s", StillClock(), how)
    assert files_in(tmp_path / "s") == before


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """A snapshot is begun in an empty folder only, and gone on with only where one was begun."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        read_table(PagedTable(pages(5, 1)), tmp_path, StillClock(), Reading(1))
    with pytest.raises(UsageError, match="no snapshot that was begun"):
        read_table(PagedTable(pages(5, 1)), tmp_path, StillClock(), Reading(1, resume=True))
    assert files_in(tmp_path) == ["mine.txt"]


@pytest.mark.parametrize("how", [{"segments": 0}, {"read_units_per_s": 0.0}, {"read_units_per_s": float("nan")}])
def test_what_cannot_be_read_so_is_refused(how: dict[str, Any]) -> None:
    """No segment and no read unit reads nothing."""
    with pytest.raises(UsageError):
        Reading(**how)
