"""The lines of incremental exports: every form in which a change is written, and none that is no change."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.exports.place import FolderPlace
from dynadrill.drills.exports.reading import read_export
from dynadrill.drills.snapshots.folder import StoredSnapshot
from dynadrill.drills.values import key_of

from .forged import item, write_export
from .world import rows

FROM, TO = "2023-09-02T20:17:07.463Z", "2023-09-02T21:17:07.463Z"
MICROS = 1_693_685_900_000_000


def change(key: str, new: str | None, *, at: Any = None, old: str | None = None, **members: Any) -> bytes:
    """A line of an incremental export."""
    record = {
        "Metadata": {"WriteTimestampMicros": {"N": str(MICROS)} if at is None else at},
        "Keys": {"id": {"S": key}},
        "NewImage": new and {"id": {"S": key}, "value": {"S": new}},
        "OldImage": old and {"id": {"S": key}, "value": {"S": old}},
        **members,
    }
    return orjson.dumps({name: value for name, value in record.items() if value is not None}) + b"\n"


def read(tmp_path: Path, *lines: bytes, view: str = "NEW_IMAGE") -> StoredSnapshot:
    """A table of a, b and c, to which changes were applied."""
    base = write_export(tmp_path / "base", [item("a") + item("b"), item("c")])
    window = write_export(
        tmp_path / "window",
        [b"".join(lines)],
        exportType="INCREMENTAL_EXPORT",
        exportTime=None,
        exportFromTime=FROM,
        exportToTime=TO,
        outputView=view,
    )
    return read_export(FolderPlace(base), tmp_path / "snapshot", apply=[FolderPlace(window)])


def values(stored: StoredSnapshot) -> set[str]:
    """The keys that there are."""
    return {key.split('"')[5] for key in rows(stored)}


@pytest.mark.parametrize("at", [{"N": str(MICROS)}, str(MICROS), MICROS])
def test_a_time_is_read_as_it_is_written(tmp_path: Path, at: Any) -> None:
    """The guide prints the write's time as a bare text; readers of real exports find a typed number."""
    assert values(read(tmp_path, change("d", "1", at=at), change("a", None, at=at))) == {"b", "c", "d"}


def test_the_last_write_wins_whatever_the_order_of_the_lines(tmp_path: Path) -> None:
    """Of several changes of a key the one that was written last counts, by its time and not by its line."""
    lines = [change("a", "new", at=str(MICROS + 1)), change("a", "old"), change("b", None, at=str(MICROS + 1))]
    stored = read(tmp_path, *lines, change("b", "old"))
    assert values(stored) == {"a", "c"}
    expected = rows(read(tmp_path / "other", change("a", "new"), change("b", None)))
    assert rows(stored) == expected


def test_what_the_base_has_already_contradicts_nothing(tmp_path: Path) -> None:
    """A write in the very instant at which the base ends is in both: its new image is there, not its old one."""
    lines = [change("a", "v", old="before"), change("d", "1")]
    assert values(read(tmp_path, *lines, view="NEW_AND_OLD_IMAGES")) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (change("a", "1", Keys={"id": {"S": "b"}}), "its NewImage has another key than its Keys"),
        (change("a", None, OldImage={"value": {"S": "b"}}), "its OldImage has another key than its Keys"),
        (change("a", "1", Keys={"other": {"S": "a"}}), "its key is other"),
        (change("a", "1", Keys=[]), "its members are"),
        (change("a", "1", Metadata={}), "no WriteTimestampMicros"),
        (change("a", "1", Metadata={"WriteTimestampMicros": {"N": "soon"}}), "no WriteTimestampMicros"),
        (change("a", "1", Other={}), "its members are Metadata, Keys, NewImage, Other"),
        (item("a"), "its members are Item"),
    ],
)
def test_a_line_that_is_no_change(tmp_path: Path, line: bytes, said: str) -> None:
    """A line with another key than its images, without a time, or with members that nobody knows is an error."""
    with pytest.raises(UnverifiableError, match=said):
        read(tmp_path, change("c", None), line)


def test_the_key_is_that_of_the_changes(tmp_path: Path) -> None:
    """A full export does not say the key of its table; the changes to it do."""
    stored = read(tmp_path, change("a", "1"))
    assert stored.about.key_attributes == ("id",)
    assert key_of({"id": {"S": "a"}}, ("id",)) in rows(stored)
