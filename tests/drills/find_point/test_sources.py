"""What exports tell of when the damage began, and what they leave in doubt; the stream is in `test_command`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.exports.place import FolderPlace
from dynadrill.drills.find_point.logs import LoggedWrite
from dynadrill.drills.find_point.sources import Seen, by_exports, check, with_the_log
from dynadrill.drills.find_point.telling import Telling, condition

from ..exports.forged import item, write_export

FROM_AT, TO_AT = 1_693_685_827.463, 1_693_689_427.463
WINDOW = {
    "exportType": "INCREMENTAL_EXPORT",
    "exportTime": None,
    "exportFromTime": "2023-09-02T20:17:07.463Z",
    "exportToTime": "2023-09-02T21:17:07.463Z",
    "outputView": "NEW_AND_OLD_IMAGES",
}

Read = Callable[..., Seen]


def line(key: str, at: float, new: str | None, old: str | None = None) -> bytes:
    """A line of an incremental export."""
    record: dict[str, Any] = {
        "Metadata": {"WriteTimestampMicros": {"N": str(round(at * 1_000_000))}},
        "Keys": {"id": {"S": key}},
    }
    for name, value in (("NewImage", new), ("OldImage", old)):
        if value is not None:
            record[name] = {"id": {"S": key}, "value": {"S": value}}
    return orjson.dumps(record) + b"\n"


def read(folder: Path, telling: Telling, *lines: bytes) -> Seen:
    """What an export of these lines tells."""
    write_export(folder / "window", [b"".join(lines)], **WINDOW)
    return with_the_log(by_exports([FolderPlace(folder / "window")], telling, lambda changes: None), telling)


def test_an_export_tells_the_writes_to_the_microsecond(tmp_path: Path) -> None:
    """The last write to each key has its own time; the window says how far they reach."""
    telling = Telling(looks_bad=condition("\"value\" = 'bad'"))
    seen = read(tmp_path, telling, line("a", FROM_AT + 10.25, "bad", "good"), line("b", FROM_AT + 5, "good"))
    assert sorted(tuple(change)[0::2] for change in seen.changes) == [(FROM_AT + 5, False), (FROM_AT + 10.25, True)]
    assert (seen.from_at, seen.until_at, seen.exactness_s) == (FROM_AT, TO_AT, 0.0)
    (doubt,) = seen.doubts
    assert "somebody has written over" in doubt


def test_damage_from_before_the_window_is_told(tmp_path: Path) -> None:
    """An old image that is bad already says that the window begins too late."""
    telling = Telling(looks_bad=condition("\"value\" = 'bad'"))
    seen = read(tmp_path, telling, line("a", FROM_AT + 10, "bad", "bad"))
    assert "1 key damaged already when the export begins, at 2023-09-02T20:17:07.463Z" in seen.doubts


def test_with_the_log_an_export_leaves_nothing_in_doubt(tmp_path: Path) -> None:
    """The log names every bad write: one that was written over in the export counts at its own time."""
    key = '{"id":{"S":"a"}}'
    telling = Telling([LoggedWrite(FROM_AT + 3, key, None)])
    seen = read(tmp_path, telling, line("a", FROM_AT + 10, "good", "good"), line("b", FROM_AT + 11, None))
    assert (FROM_AT + 3, key, True) in seen.changes
    assert seen.doubts == [
        "no write of the log was seen among the changes: it may be another table's, or its clock wrong"
    ]


def test_a_full_export_is_refused(tmp_path: Path) -> None:
    """It says what a table held, and not when anything was written."""
    write_export(tmp_path / "full", [item("a")])
    with pytest.raises(UsageError, match="full export"):
        by_exports([FolderPlace(tmp_path / "full")], Telling(deletes=True), lambda changes: None)


def test_nothing_bad_is_no_point(tmp_path: Path) -> None:
    """Where no bad write is seen nothing is proposed: it could not be verified that there was none."""
    seen = read(tmp_path, Telling(looks_bad=condition("\"value\" = 'bad'")), line("a", FROM_AT + 10, "good"))
    with pytest.raises(UnverifiableError, match="no bad write was found"):
        check(seen)
