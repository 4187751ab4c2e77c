"""Regions: any is taken, and each has tables of its own."""

from typing import Any

import pytest
from botocore.loaders import Loader
from dynadrill.drills.errors import UsageError
from dynadrill.drills.timemachine.machine import TimeMachine
from dynadrill.drills.timemachine.regions import check_region

from .support import START_AT, connect, items, make_table, protect, put


@pytest.mark.parametrize("region", ["us-east-2", "eu-central-2", "ap-southeast-7", "cn-north-1", "xx-nowhere-9"])
def test_no_list_of_regions_is_hard_coded(machine: TimeMachine, clock: Any, region: str) -> None:
    """A table can be made, protected and restored in any Region, also in one that is newer than this code (S2-29)."""
    db = connect(machine, region)
    make_table(db)
    protect(db)
    clock.set_forward(START_AT + 60)
    put(db, "a")
    clock.set_forward(START_AT + 600)
    db.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName="Restored", RestoreDateTime=int(START_AT) + 90
    )
    clock.set_forward(START_AT + 3600)
    assert items(db, "Restored") == {"a": "v"}
    assert db.describe_table(TableName="Restored")["Table"]["TableArn"].split(":")[3] == region


def test_a_region_has_tables_of_its_own(machine: TimeMachine) -> None:
    """A table of one Region is not there in another, which may have one of the same name."""
    east, west = connect(machine, "us-east-1"), connect(machine, "us-west-2")
    make_table(east)
    put(east, "a")
    assert west.list_tables()["TableNames"] == []
    make_table(west)
    assert items(west, "Orders") == {}
    assert items(east, "Orders") == {"a": "v"}


@pytest.mark.parametrize("partition", Loader().load_data("partitions")["partitions"], ids=lambda each: each["id"])
def test_every_region_can_be_named(partition: Any) -> None:
    """Each Region that botocore knows is one, and so is one more of its kind that AWS may open."""
    for region in partition["regions"]:
        if not region.endswith("-global"):
            assert check_region(region) == region
            assert check_region(f"{region}9")


@pytest.mark.parametrize(
    ("name", "meant"),
    [("us-eats-1", "us-east-1"), ("us-east1", "us-east-1"), ("eu-centrl-1", "eu-central-1"),
     ("us-east-1a", "us-east-1"), ("US-EAST-1", "us-east-1"), ("Frankfurt", "us-east-1"), ("aws-global", "-")],
)  # fmt: skip
def test_a_misspelt_region_is_refused(name: str, meant: str) -> None:
    """Bad input: what can be no Region is refused, with one that may have been meant."""
    with pytest.raises(UsageError, match="is no Region") as caught:
        check_region(name)
    assert meant in caught.value.hint
