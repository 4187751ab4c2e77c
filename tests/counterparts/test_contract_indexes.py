"""What an index holds of its table, by our reading of the rules: alike at every place, Amazon's own engine included."""

from random import Random
from typing import Any

from dynadrill.drills.index_scan import take_index_snapshot
from dynadrill.drills.indexes import definitions
from dynadrill.drills.scan import take_snapshot
from dynadrill.drills.targets.clocks import VirtualClock

from ..drills.timemachine.support import make_table
from .tables import INDEXED, fill, index

KEYS = ("id", "n")


def test_every_kind_of_index_agrees_with_its_table(db: Any) -> None:
    """Global and local, of each projection, sparse: after puts, overwrites and deletes none has an entry too many."""
    some = index("some", sort="n")
    some["Projection"] = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]}
    make_table(
        db,
        sort=True,
        MoreAttributes=[*INDEXED, {"AttributeName": "m", "AttributeType": "N"}],
        GlobalSecondaryIndexes=[index("all", sort="m"), some],
        LocalSecondaryIndexes=[index("local", "id", "m", "KEYS_ONLY")],
    )
    random = Random(1)
    for _ in range(150):
        attributes = {"g": f"g{random.randrange(5)}", "m": random.randrange(-9, 9), "x": "x", "y": "y"}
        kept = {name: value for name, value in attributes.items() if random.random() < 0.7}
        fill(db, {"id": f"i{random.randrange(4)}", "n": random.randrange(20), **kept})
    for number in range(10):
        db.delete_item(TableName="Orders", Key={"id": {"S": "i1"}, "n": {"N": str(number)}})
    clock = VirtualClock(1000.0, lambda *_: None)
    table, _ = take_snapshot(db, "Orders", KEYS, clock)
    found = definitions(db.describe_table(TableName="Orders")["Table"])
    assert [one.name for one in found] == ["all", "local", "some"]
    for one in found:
        seen = take_index_snapshot(db, one, table, KEYS, clock)
        assert seen.attempts[-1].disagreements == 0, one.name
        assert 10 < len(seen.entries) < len(table.rows), one.name
