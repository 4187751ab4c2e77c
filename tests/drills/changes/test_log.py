"""A log of changes survives being killed, and knows where it was."""

from pathlib import Path

from dynadrill.drills.changes.log import ChangeLog
from dynadrill.drills.changes.reader import Places, ShardPlace
from dynadrill.drills.changes.records import ChangeRecord
from dynadrill.drills.changes.timing import past, resolution_s


def record(sequence: str, at: float = 100.0, read_at: float = 101.0) -> ChangeRecord:
    """A change of one item."""
    item = {"id": {"S": "a"}, "n": {"N": sequence}}
    return ChangeRecord("shard", sequence, at, read_at, '{"id":{"S":"a"}}', item, None, shows_old=False)


def test_a_torn_line_is_written_over(tmp_path: Path) -> None:
    """What a killed writer left of a line is no record, and does not spoil the next one."""
    log = ChangeLog(tmp_path)
    log.append([record("1")])
    with (tmp_path / "changes.jsonl").open("ab") as file:
        file.write(b'["shard","2",100.')
    assert [each.sequence for each in log.changes()] == ["1"]
    log.append([record("3")])
    assert [each.sequence for each in ChangeLog(tmp_path).changes()] == ["1", "3"]


def test_what_was_read_twice_counts_once(tmp_path: Path) -> None:
    """A record is known by its shard and its sequence number."""
    log = ChangeLog(tmp_path)
    log.append([record("1"), record("2")])
    log.append([record("2"), record("3")])
    assert [each.sequence for each in log.changes()] == ["1", "2", "3"]


def test_places_come_back(tmp_path: Path) -> None:
    """How far a stream was read is on disk; nothing is, where nothing was begun."""
    log = ChangeLog(tmp_path / "recovery")
    assert log.places() is None
    assert log.changes() == []
    places = Places("arn", 1.0, 2.0, {"a": ShardPlace(None, "7", ended=True), "b": ShardPlace("a")})
    log.keep_places(places)
    assert log.places() == places


def test_a_point_is_cut_by_the_second(tmp_path: Path) -> None:
    """A change counts as made by a point when its second was over by then."""
    every = [record(str(at), at=at) for at in (99.0, 100.0, 101.0)]
    assert [each.at for each in past(every, 101.0, 5.0).changes] == [99.0, 100.0]
    assert past(every, 101.0, 5.0).boundary.width_s == 2.0


def test_coarse_stamps_are_not_trusted() -> None:
    """Where all stamps are whole minutes, a change counts from when it was read, and the boundary says so."""
    every = [record(str(n), at=60.0 * (n // 60), read_at=float(n)) for n in (118, 119, 121, 125, 190)]
    assert resolution_s(every) == 60.0
    found = past(every, 122.0, 5.0)
    assert [each.read_at for each in found.changes] == [118.0, 119.0, 121.0]
    assert (found.boundary.lo_s, found.boundary.hi_s) == (-6.0, 0.0)
