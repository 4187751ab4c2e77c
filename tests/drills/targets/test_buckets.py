"""Folders of S3: found and read over a socket, and every way in which they are not there."""

import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import IncompleteReadError
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.exports.place import ExportPlace
from dynadrill.drills.exports.reading import read_export
from dynadrill.drills.targets import clients
from dynadrill.drills.targets.buckets import DOWNLOAD_ATTEMPTS, BucketPlace, export_place
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.timemachine.front import Front, listening

from ..exports.world import BUCKET, World, rows


@pytest.fixture(scope="module")
def world() -> World:
    """A table of one item in a world with a bucket."""
    made = World()
    made.put("a")
    return made


@pytest.fixture(scope="module")
def front(world: World) -> Iterator[Front]:
    """The world behind a port."""
    front = listening(world.machine.machine, 0)
    thread = threading.Thread(target=front.serve)
    thread.start()
    yield front
    front.stop()
    thread.join()


def at(front: Front, name: str) -> ExportPlace:
    """A folder of a bucket, as the command line finds it at an endpoint."""
    return export_place(name, Place(f"http://127.0.0.1:{front.port}", "us-east-1"))


def test_an_export_is_read_from_an_endpoint(world: World, front: Front, tmp_path: Path) -> None:
    """An `s3://` prefix at an endpoint gives the table as it was."""
    place = at(front, f"s3://{BUCKET}/{world.full('there')}/")
    assert rows(read_export(place, tmp_path / "snapshot", key_attributes=("id",))) == world.scanned()


def test_a_bucket_is_a_tree_of_folders(world: World) -> None:
    """Folders are what keys have in common up to a slash; the bucket itself is the uppermost."""
    for key in ("x/y/file", "x/z/file", "x/file", "xx/file"):
        world.s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    root = world.in_bucket("")
    assert {"x", "xx"} <= set(root.folders())
    assert root.folder("x").folders() == ["y", "z"]
    assert root.folder("x").folder("y").parent().name == f"s3://{BUCKET}/x"
    assert root.parent().name == root.name == f"s3://{BUCKET}"
    assert (root.folder("x").has("file"), root.folder("x").has("y"), root.has("x")) == (True, False, False)
    with root.folder("x").open("file") as file:
        assert (file.read(), file.seek(0), file.read()) == (b"x/file", 0, b"x/file")
    with pytest.raises(FileNotFoundError):
        root.open("nothing")


def test_a_bucket_that_is_not_there(front: Front, tmp_path: Path) -> None:
    """Another bucket than there is, and a name that names none, are wrong usage."""
    with pytest.raises(UsageError, match="there is no"):
        read_export(at(front, "s3://nobodys/prefix"), tmp_path / "snapshot")
    with pytest.raises(UsageError, match="names no bucket"):
        at(front, "s3:///prefix")


def test_an_endpoint_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens nothing can be verified."""
    monkeypatch.setattr(clients, "CONTROL_ATTEMPTS", 1)
    place = export_place(f"s3://{BUCKET}/prefix", Place("http://127.0.0.1:1", "us-east-1"))
    with pytest.raises(UnverifiableError, match="cannot be read"):
        read_export(place, tmp_path / "snapshot")


class Breaking(BytesIO):
    """A body whose connection is lost in the middle."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Half of it, then an error."""
        if self.tell():
            raise IncompleteReadError(actual_bytes=1, expected_bytes=2)
        return super().read(1)


class Lossy:
    """A client of S3 that loses the first connections."""

    def __init__(self, losses: int) -> None:
        self.asked = 0
        self._losses = losses

    def get_object(self, **_: Any) -> dict[str, Any]:
        """The object, or a part of it."""
        self.asked += 1
        return {"Body": Breaking(b"whole") if self.asked <= self._losses else BytesIO(b"whole")}


def test_a_broken_download_is_tried_again() -> None:
    """A connection that is lost on the way is made anew, a few times, and no half of an object is handed out."""
    lossy = Lossy(DOWNLOAD_ATTEMPTS - 1)
    with BucketPlace(lossy, "b", "p").open("o") as file:
        assert file.read() == b"whole"
    assert lossy.asked == DOWNLOAD_ATTEMPTS
    with pytest.raises(UnverifiableError, match="s3://b/p/o cannot be read"):
        BucketPlace(Lossy(DOWNLOAD_ATTEMPTS), "b", "p").open("o")
