"""Which tables can be strong global tables, and where their replicas are."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from dynadrill.drills.costs.estimate import GB, Size, Usage, estimate
from dynadrill.drills.costs.prices import read_prices
from dynadrill.drills.recovery import PlannedTable
from dynadrill.drills.settings import Settings
from dynadrill.scenarios.recoveries.strong_global_table_failover import StrongGlobalTableFailover

FITS = PlannedTable({"BillingMode": "PAY_PER_REQUEST"}, Settings(stream_view="NEW_IMAGE"), False, "us-east-1")


def with_(**members: Any) -> Mapping[str, Any]:
    """A CreateTable request of the table, with more."""
    return {**FITS.request, **members}


def test_a_plain_table_fits_in_every_region_of_a_set() -> None:
    """A table on demand, with a stream and global indexes, can be strong in each of the ten Regions."""
    asked = replace(FITS, request=with_(GlobalSecondaryIndexes=[{"IndexName": "by-city"}]))
    for region in ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-3"):
        assert StrongGlobalTableFailover().unfit(replace(asked, region=region)) is None


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (replace(FITS, region="us-west-1"), "Region us-west-1 is in no Region set"),
        (replace(FITS, request=with_(LocalSecondaryIndexes=[{}])), "a local secondary index"),
        (replace(FITS, settings=Settings(ttl_attribute="expires")), "time to live"),
        (replace(FITS, transactions=True), "in transactions"),
        (replace(FITS, request=with_(BillingMode="PROVISIONED")), "auto scaling"),
        (replace(FITS, request={}), "auto scaling"),
    ],
)
def test_what_a_strong_table_cannot_have_is_named(table: PlannedTable, why: str) -> None:
    """Each thing that AWS refuses on a strong global table keeps a table from being one, and is named."""
    said = StrongGlobalTableFailover().unfit(table)
    assert said is not None
    assert why in said


@pytest.mark.parametrize("region", ["us-east-1", "us-west-1", "eu-west-1"])
def test_the_replica_is_in_another_region_of_the_set(region: str) -> None:
    """A replica at home, or in another Region set, is refused with the Regions that there are."""
    said = StrongGlobalTableFailover(region=region).unfit(FITS)
    assert said == (
        f"its replica is to be in {region}, and the Region set of us-east-1 is us-east-1, us-east-2, us-west-2"
    )


def test_a_witness_costs_nothing() -> None:
    """Three replicas cost a replica more a month than two and a witness."""
    usage, prices = Usage(Size(100 * GB), 10_000_000), read_prices()
    two, three = (
        estimate(StrongGlobalTableFailover(witness=witness).monthly(usage), prices) for witness in (True, False)
    )
    assert [line.why for line in three.lines if line not in two.lines] == []
    assert len(three.lines) == len(two.lines) + 2
    assert three.usd > 1.9 * two.usd
