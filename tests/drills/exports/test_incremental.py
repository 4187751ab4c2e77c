"""Incremental exports over a base: the state at the end of the last window, or a sentence that says what is wrong."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.exports.place import ExportPlace, FolderPlace
from dynadrill.drills.exports.reading import apply_exports, read_export
from dynadrill.drills.snapshots.about import About
from dynadrill.drills.snapshots.columns import StoredRow, columns_of
from dynadrill.drills.snapshots.folder import PartWriter, StoredSnapshot, write_about
from dynadrill.drills.values import Key, digest, key_label, key_of
from hypothesis import given, settings
from hypothesis import strategies as st

from .world import TABLE, World, rows

WINDOW_S = 900
VIEWS = ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")

Writes = Sequence[tuple[str, str | None]]
"""Keys and the values that they get, one after the other; None is a deletion."""


@dataclass(frozen=True)
class Story:
    """A table that was written in one stretch of time after another, and what it held at the end of each."""

    world: World
    ends: tuple[int, ...]
    states: tuple[Mapping[Key, bytes], ...]

    @classmethod
    def of(cls, *stretches: Writes, seed: int = 0) -> "Story":
        """Write; the first stretch ends where the first window begins."""
        world = World(seed=seed)
        ends, states = [], []
        for writes in stretches:
            for key, value in writes:
                world.machine.advance(0.25)
                if value is None:
                    world.delete(key)
                else:
                    world.put(key, value)
            end = ends[-1] + WINDOW_S if ends else world.second()
            world.machine.advance(max(0.0, end + 0.5 - world.machine.now()))
            ends.append(end)
            states.append(world.scanned())
        return cls(world, tuple(ends), tuple(states))

    def full(self, place: int = 0) -> ExportPlace:
        """The table at the end of a stretch."""
        return self.world.in_bucket(self.world.full_at(self.ends[place]))

    def window(self, place: int, *, earlier_s: int = 0, view: str = "NEW_AND_OLD_IMAGES") -> ExportPlace:
        """What changed in a stretch; it may begin some time earlier than the one before it ends."""
        from_at, to_at = self.ends[place - 1] - earlier_s, self.ends[place]
        return self.world.in_bucket(self.world.incremental(from_at, to_at, view=view))


STORY: tuple[Writes, ...] = (
    [("a", "1"), ("b", "1"), ("c", "1"), ("untouched", "1")],
    [("a", "2"), ("a", "3"), ("b", None), ("d", "1"), ("gone", "1"), ("gone", None)],
    [("a", None), ("b", "4"), ("c", "2"), ("c", "1")],
)


@pytest.fixture(scope="module")
def story() -> Story:
    """Two windows after a base: keys changed once and twice, deleted, made again, and put back as they were."""
    return Story.of(*STORY)


@pytest.mark.parametrize("view", VIEWS)
def test_a_base_with_changes_is_what_the_table_held_then(story: Story, tmp_path: Path, view: str) -> None:
    """The last change of each key counts, deletions too; the snapshot is of the last window's end."""
    windows = [story.window(place, view=view) for place in (2, 1)]
    one = read_export(story.full(), tmp_path / "one", apply=windows[1:])
    both = read_export(story.full(), tmp_path / "both", apply=windows)
    assert rows(one) == story.states[1]
    assert rows(both) == story.states[2]
    assert both.about.began_at == both.about.ended_at == story.ends[2]
    assert (both.about.key_attributes, both.about.key_types) == (("id",), ("S",))
    assert not [path for path in both.path.iterdir() if path.name.startswith(".")]


SOME_WRITES = st.lists(st.tuples(st.sampled_from("abcde"), st.none() | st.sampled_from("12")), max_size=6)


@settings(max_examples=8)
@given(stretches=st.lists(SOME_WRITES, min_size=2, max_size=4), view=st.sampled_from(VIEWS))
def test_full_and_incremental_exports_agree(stretches: list[Writes], view: str) -> None:
    """For any history, a full export with the windows after it equals a later full export, and the table as it was."""
    story = Story.of(*stretches)
    windows = [story.window(place, view=view) for place in range(1, len(stretches))]
    with TemporaryDirectory() as folder:
        merged = read_export(story.full(), Path(folder, "merged"), key_attributes=("id",), apply=windows)
        later = read_export(story.full(len(stretches) - 1), Path(folder, "later"), key_attributes=("id",))
        assert rows(merged) == rows(later) == story.states[-1]
        assert merged.about.ended_at == later.about.ended_at


def test_a_window_that_empties_the_table(tmp_path: Path) -> None:
    """Where every key was deleted nothing is left: a snapshot without parts."""
    story = Story.of([("a", "1")], [("a", None)])
    stored = read_export(story.full(), tmp_path / "snapshot", apply=[story.window(1)])
    assert (stored.about.rows, stored.files) == (0, [])


def test_a_gap_is_found_out(story: Story, tmp_path: Path) -> None:
    """A window that begins after the last one ended leaves time of which nothing is known."""
    with pytest.raises(UnverifiableError, match="nothing says what was written from"):
        read_export(story.full(), tmp_path / "snapshot", apply=[story.window(2)])


def test_going_back_is_found_out(story: Story, tmp_path: Path) -> None:
    """A window that ends where the base already is would bring back what was there before."""
    with pytest.raises(UnverifiableError, match="would go back"):
        read_export(story.full(1), tmp_path / "snapshot", apply=[story.window(1)])
    twice = [story.window(1), story.window(1)]
    with pytest.raises(UnverifiableError, match="would go back"):
        read_export(story.full(), tmp_path / "snapshot", apply=twice)


def test_windows_may_overlap(story: Story, tmp_path: Path) -> None:
    """A window that begins earlier than need be holds no other state at its end; its old images prove nothing then."""
    stored = read_export(
        story.full(), tmp_path / "snapshot", apply=[story.window(1), story.window(2, earlier_s=WINDOW_S // 2)]
    )
    assert rows(stored) == story.states[2]


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ([("a", "other"), ("b", "1"), ("c", "1")], "1 old images contradict the base: a has another item"),
        ([("b", "1"), ("c", "1")], "a has no item there"),
        ([("a", "1"), ("b", "1"), ("c", "1"), ("d", "was here")], "d has an item there"),
    ],
)
def test_a_base_that_old_images_contradict_is_found_out(story: Story, tmp_path: Path, base: Writes, said: str) -> None:
    """A key that held something else, nothing, or something when the window began: the base is not the table."""
    made = snapshot_of(tmp_path / "base", base, story.ends[0])
    with pytest.raises(UnverifiableError, match=said):
        apply_exports(made, [story.window(1)], tmp_path / "snapshot")


def test_new_images_alone_prove_nothing_of_the_base(story: Story, tmp_path: Path) -> None:
    """Without old images a wrong base is not found out: what the window changed is right all the same."""
    made = snapshot_of(tmp_path / "base", [("a", "other")], story.ends[0])
    stored = apply_exports(made, [story.window(1, view="NEW_IMAGE")], tmp_path / "snapshot")
    changed = {key: value for key, value in story.states[1].items() if key_label(key) in {"a", "d"}}
    assert rows(stored) == changed


def test_a_window_that_contradicts_the_one_before_it(tmp_path: Path) -> None:
    """Old images are held against the changes before them, not only against the base."""
    story = Story.of([("a", "1")], [("a", "2")], [("a", "3")])
    other = Story.of([("a", "1")], [("a", "not 2")], [("a", "3")])
    windows = [story.window(1), other.window(2)]
    with pytest.raises(UnverifiableError, match="old images contradict the base: a has another item"):
        read_export(story.full(), tmp_path / "snapshot", apply=windows)


def test_a_snapshot_is_a_base(story: Story, tmp_path: Path) -> None:
    """A snapshot that took a while is brought up to the end of a window that began before it."""
    began_at, ended_at = story.ends[0] + 60, story.ends[0] + 120
    made = snapshot_of(tmp_path / "base", [("a", "2"), ("c", "1"), ("untouched", "1")], began_at, ended_at)
    assert rows(apply_exports(made, [story.window(1)], tmp_path / "snapshot")) == story.states[1]
    with pytest.raises(UnverifiableError, match="nothing says what was written"):
        apply_exports(made, [story.window(2)], tmp_path / "other")


def test_a_base_that_has_only_digests_stays_one(story: Story, tmp_path: Path) -> None:
    """Without items in the base, the result has none either, and says so; of keys alone nothing can be said."""
    made = snapshot_of(tmp_path / "base", STORY[0], story.ends[0])
    digests = replace(made, about=made.about.model_copy(update={"holds": "digests"}))
    stored = apply_exports(digests, [story.window(1)], tmp_path / "snapshot")
    assert (stored.about.holds, stored.about.rows) == ("digests", len(story.states[1]))
    keys = replace(made, about=made.about.model_copy(update={"holds": "keys"}))
    with pytest.raises(UsageError, match="holds keys only"):
        apply_exports(keys, [story.window(1)], tmp_path / "other")
    unfinished = replace(made, about=made.about.model_copy(update={"complete": False}))
    with pytest.raises(UnverifiableError, match="not complete"):
        apply_exports(unfinished, [story.window(1)], tmp_path / "other")


def test_a_base_whose_file_is_damaged(story: Story, tmp_path: Path) -> None:
    """A part of the base that cannot be read is an error of its own, and nothing is written."""
    made = snapshot_of(tmp_path / "base", STORY[0], story.ends[0])
    made.files[0].write_bytes(b"PAR1" + bytes(40) + b"PAR1")
    with pytest.raises(UnverifiableError, match="DuckDB could not"):
        apply_exports(made, [story.window(1)], tmp_path / "snapshot")
    assert not (tmp_path / "snapshot").exists()


def test_each_kind_of_export_has_its_place(story: Story, tmp_path: Path) -> None:
    """An incremental export is no table, and a full one is no change."""
    with pytest.raises(UsageError, match="incremental export"):
        read_export(story.window(1), tmp_path / "snapshot")
    with pytest.raises(UsageError, match="full export"):
        read_export(story.full(), tmp_path / "snapshot", key_attributes=("id",), apply=[story.full(1)])


def test_changes_of_another_table_are_refused(story: Story, tmp_path: Path) -> None:
    """A table of the same name that is another one has another id."""
    other = Story.of([("a", "1")], [("a", "2")], seed=1)
    windows = [other.window(1)]
    with pytest.raises(UnverifiableError, match="where what goes before is of"):
        read_export(story.full(), tmp_path / "snapshot", apply=windows)


def test_one_incremental_export_is_downloaded_alone(story: Story, tmp_path: Path) -> None:
    """Its data lies beside its folder, where others' lies too; put into its folder it is found as well."""
    windows = [story.window(1)]
    files = story.world.download(tmp_path / "files")
    name = windows[0].name.rpartition("/")[2]
    beside = FolderPlace(files / "AWSDynamoDB" / name)
    assert rows(read_export(story.full(), tmp_path / "one", apply=[beside])) == story.states[1]
    shutil.copytree(files / "AWSDynamoDB" / name, tmp_path / "alone")
    shutil.copytree(files / "AWSDynamoDB" / "data", tmp_path / "alone" / "data")
    alone = FolderPlace(tmp_path / "alone")
    assert rows(read_export(story.full(), tmp_path / "other", apply=[alone])) == story.states[1]


def snapshot_of(path: Path, written: Writes, began_at: float, ended_at: float | None = None) -> StoredSnapshot:
    """A stored snapshot of items of the story's kind."""
    items = [{"id": {"S": key}, "value": {"S": str(value)}} for key, value in written]
    part = PartWriter(path, "0.parquet")
    part.add(columns_of([StoredRow(key_of(i, ("id",)), digest(i), began_at, ended_at, orjson.dumps(i)) for i in items]))
    part.finish()
    about = About(
        source="made",
        key_attributes=("id",),
        key_types=("S",),
        began_at=began_at,
        ended_at=ended_at or began_at,
        complete=True,
        holds="items",
        parts={"0.parquet": len(items)},
    )
    write_about(path, about)
    return StoredSnapshot(path, about)


def test_a_full_export_that_lost_a_write_is_found_out(tmp_path: Path) -> None:
    """Where a full export missed part of a transaction, the old images of the window after it show that."""
    world = World()
    names = [f"t{number}" for number in range(5)]
    puts = [{"Put": {"TableName": TABLE, "Item": {"id": {"S": name}, "value": {"S": "1"}}}} for name in names]
    world.db.transact_write_items(TransactItems=puts)
    at = world.second()
    whole = world.in_bucket(world.full_at(at, "whole"))
    world.machine.fault("torn-transaction", operation="ExportTableToPointInTime", times=1)
    torn = world.in_bucket(world.full_at(at, "torn"))
    for name in names:
        world.put(name, "2")
    window = world.in_bucket(world.incremental(at, at + WINDOW_S, "window"))
    assert len(rows(read_export(whole, tmp_path / "whole", apply=[window]))) == len(names)
    assert 0 < len(rows(read_export(torn, tmp_path / "torn", key_attributes=("id",)))) < len(names)
    with pytest.raises(UnverifiableError, match="has no item there"):
        read_export(torn, tmp_path / "found", apply=[window])
