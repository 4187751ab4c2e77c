"""Reading full exports: all items as they were, from a bucket and from a folder, wherever the export lies."""

from pathlib import Path

import pytest
from dynadrill.drills.errors import RefusedError, UnverifiableError, UsageError
from dynadrill.drills.exports.reading import read_export
from dynadrill.drills.targets.clients import Place, client_for_buckets

from .world import BUCKET, World, folder, rows


@pytest.fixture(scope="module")
def world() -> World:
    """A table of 50 items."""
    made = World()
    for number in range(50):
        made.put(f"k{number}", "é\u0301", number={"N": f"{number}.50"}, some={"NS": ["2", "1.0"]})
    return made


@pytest.fixture(scope="module")
def exported(world: World) -> str:
    """The folder of a full export, taken before another item was changed and one deleted."""
    made = world.full("backups/2026")
    world.put("k1", "later")
    world.delete("k2")
    return made


def test_a_full_export_is_the_table_as_it_was(tmp_path: Path) -> None:
    """The snapshot has every item of the export's instant, none that came later, and says which instant that was."""
    world = World(sort=True)
    for number in range(30):
        world.put("a", str(number), n={"N": str(number - 15)})
    before = world.scanned()
    at = int(world.machine.now()) + 1
    exported = world.full()
    world.put("a", "later")
    stored = read_export(world.in_bucket(exported), tmp_path / "snapshot", key_attributes=("id", "n"))
    assert rows(stored) == before
    about = stored.about
    assert (about.key_attributes, about.key_types) == (("id", "n"), ("S", "N"))
    assert (about.began_at, about.ended_at, about.complete, about.holds) == (at, at, True, "items")


def test_a_bucket_and_a_download_read_alike(world: World, exported: str, tmp_path: Path) -> None:
    """An `s3://` prefix and the folder that was downloaded from it give the same snapshot."""
    here = world.download(tmp_path / "files", exported)
    from_bucket = read_export(world.in_bucket(exported), tmp_path / "one", key_attributes=("id",))
    from_folder = read_export(folder(here), tmp_path / "other", key_attributes=("id",))
    assert rows(from_bucket) == rows(from_folder)
    assert from_bucket.about == from_folder.about
    assert len(rows(from_bucket)) == 50


def test_an_export_is_found_below_the_folder_that_is_named(world: World, exported: str, tmp_path: Path) -> None:
    """The prefix that was exported to, its AWSDynamoDB folder, and a renamed folder of the export's own all do."""
    world.download(tmp_path / "files")
    own = tmp_path / "files" / exported
    found = [
        read_export(folder(place), tmp_path / name, key_attributes=("id",))
        for name, place in {"prefix": own.parent.parent, "root": own.parent, "own": own}.items()
    ]
    found.append(read_export(world.in_bucket("backups/2026"), tmp_path / "bucket", key_attributes=("id",)))
    own.rename(tmp_path / "renamed")
    found.append(read_export(folder(tmp_path / "renamed"), tmp_path / "moved", key_attributes=("id",)))
    assert len({stored.about.rows for stored in found}) == 1


def test_of_several_exports_one_has_to_be_named(tmp_path: Path) -> None:
    """A prefix with two exports is refused, and the refusal says which they are."""
    world = World()
    world.put("a")
    names = {world.full(), world.full()}
    with pytest.raises(UsageError, match="2 exports") as caught:
        read_export(world.in_bucket(""), tmp_path / "snapshot", key_attributes=("id",))
    assert all(name in caught.value.message for name in names)


def test_an_empty_table_is_an_empty_snapshot(tmp_path: Path) -> None:
    """Files without items are compared with the manifest too, and the snapshot has no part."""
    world = World()
    stored = read_export(world.in_bucket(world.full()), tmp_path / "snapshot", key_attributes=("id",))
    assert (stored.about.rows, stored.files, stored.about.key_types) == (0, [], ())


def test_how_far_it_got_is_told(world: World, exported: str, tmp_path: Path) -> None:
    """At its end reading has told that all items were read."""
    told: list[tuple[int, int]] = []
    place = world.in_bucket(exported)
    read_export(place, tmp_path / "snapshot", key_attributes=("id",), progress=lambda *far: told.append(far))
    assert told[-1] == (50, 50)


def test_nobody_guesses_the_key(world: World, exported: str, tmp_path: Path) -> None:
    """A full export does not say the key: without one it is refused, and the refusal says how to name it."""
    with pytest.raises(UsageError) as caught:
        read_export(world.in_bucket(exported), tmp_path / "snapshot")
    assert "--key" in caught.value.hint


@pytest.mark.parametrize("key", [("nothing",), ("some",), ("id", "id"), ("id", "value", "number")])
def test_a_key_that_items_cannot_have_is_refused(
    world: World, exported: str, tmp_path: Path, key: tuple[str, ...]
) -> None:
    """An attribute that items lack or that is a set, one named twice, and three of them are no key."""
    with pytest.raises(UsageError):
        read_export(world.in_bucket(exported), tmp_path / "snapshot", key_attributes=key)


def test_half_a_key_is_found_out(tmp_path: Path) -> None:
    """Where the sort key was forgotten, items share what was named: nobody takes one of them for the other."""
    world = World(sort=True)
    world.put("a", n={"N": "1"})
    world.put("a", n={"N": "2"})
    with pytest.raises(UnverifiableError, match="more than once: a is there 2 times"):
        read_export(world.in_bucket(world.full()), tmp_path / "snapshot", key_attributes=("id",))


def test_an_export_in_ion_is_refused(tmp_path: Path) -> None:
    """Amazon Ion is not read, and the refusal says what to ask for instead."""
    world = World()
    world.put("a")
    with pytest.raises(UsageError, match="ION") as caught:
        read_export(world.in_bucket(world.full(ExportFormat="ION")), tmp_path / "snapshot", key_attributes=("id",))
    assert "DYNAMODB_JSON" in caught.value.hint


def test_a_folder_in_use_is_left_alone(world: World, exported: str, tmp_path: Path) -> None:
    """A snapshot is never written among other files."""
    (tmp_path / "there").touch()
    with pytest.raises(UsageError, match="not an empty folder"):
        read_export(world.in_bucket(exported), tmp_path, key_attributes=("id",))


def test_where_there_is_no_export_it_says_so(world: World, exported: str, tmp_path: Path) -> None:
    """A folder, a prefix or a bucket without an export is wrong usage; an export that has not ended cannot be read."""
    for place in (folder(tmp_path), folder(tmp_path / "gone"), world.in_bucket("elsewhere")):
        with pytest.raises(UsageError, match="no export"):
            read_export(place, tmp_path / "snapshot", key_attributes=("id",))
    (tmp_path / "_started").touch()
    with pytest.raises(UnverifiableError, match="began and did not end"):
        read_export(folder(tmp_path), tmp_path / "snapshot", key_attributes=("id",))


def test_a_client_for_buckets_changes_nothing(world: World) -> None:
    """What would write, in any bucket, is refused before it is sent."""
    client = client_for_buckets(Place("http://127.0.0.1:1", "us-east-1"))
    with pytest.raises(RefusedError):
        client.put_object(Bucket=BUCKET, Key="x", Body=b"")
    with pytest.raises(RefusedError):
        client.delete_object(Bucket=BUCKET, Key="x")
