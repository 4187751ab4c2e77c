"""A live table and its own export: read in two ways, they are the same table."""

from contextlib import nullcontext
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from dynadrill.drills.exports.reading import read_export
from dynadrill.drills.snapshots.folder import StoredSnapshot
from dynadrill.drills.snapshots.reading import Reading, read_table
from dynadrill.drills.targets.clocks import VirtualClock
from dynadrill.drills.targets.live_table import RemoteTable
from dynadrill.drills.targets.wire import to_request
from dynadrill.drills.values import digest, key_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ...strategies import VALUES, spelled
from .world import TABLE, World, table_of


@settings(max_examples=5)
@given(values=st.lists(VALUES, max_size=12), random=st.randoms(use_true_random=False))
def test_a_live_table_and_its_export_are_the_same(values: list[Any], random: Random) -> None:
    """For values of every type, however they were spelled when they were put, both ways of reading agree."""
    world = World(sort=True)
    key = ("id", "n")
    expected = {}
    for number, value in enumerate(values):
        item = {"id": {"S": "p"}, "n": {"N": f"{number}.0"}, "v": value}
        world.db.put_item(
            TableName=TABLE, Item=to_request({"v": spelled(value, random), "n": item["n"], "id": item["id"]})
        )
        expected[key_of(item, key)] = digest(item)
    with TemporaryDirectory() as folder:
        exported = read_export(world.in_bucket(world.full()), Path(folder, "exported"), key_attributes=key)
        assert table_of(live(world, Path(folder, "live"))) == table_of(exported) == expected


def live(world: World, into: Path) -> StoredSnapshot:
    """The table as it is now."""
    clock = VirtualClock(world.machine.now(), lambda *_: nullcontext())
    table = RemoteTable(world.place, TABLE, clock)
    try:
        return read_table(table, into, clock, Reading(segments=2))
    finally:
        table.close()
