"""What a replica's stream and its expiry know of a write that came from another Region."""

from typing import Any

import pytest

from ..support import connect, put
from .regions import EAST, WEST, Regions

TTL = {"Enabled": True, "AttributeName": "expires"}


def records(regions: Regions, region: str) -> list[Any]:
    """All records of the stream of Orders in a Region."""
    streams = connect(regions.machine, region, service="dynamodbstreams")
    arn = regions.described(region)["LatestStreamArn"]
    found = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found += streams.get_records(ShardIterator=iterator)["Records"]
    return found


def test_each_region_has_a_stream_of_all_writes(pair: Regions) -> None:
    """A write is in the streams of both Regions, each with its own Region and time."""
    put(pair.client(EAST), "a")
    pair.pass_s(1)
    (here,), (there,) = records(pair, EAST), records(pair, WEST)
    assert (here["awsRegion"], there["awsRegion"]) == (EAST, WEST)
    assert here["dynamodb"]["NewImage"] == there["dynamodb"]["NewImage"]
    times = [record["dynamodb"]["ApproximateCreationDateTime"].timestamp() for record in (here, there)]
    assert times[1] - times[0] == 1


@pytest.mark.parametrize("first", [EAST, WEST])
def test_an_expiry_replicates_as_a_deletion(pair: Regions, first: str) -> None:
    """An item that expires in one Region is deleted in all, and only there the stream names the service."""
    other = WEST if first == EAST else EAST
    item = {"id": {"S": "a"}, "expires": {"N": str(int(pair.clock.now()) + 100)}}
    pair.client(EAST).put_item(TableName="Orders", Item=item)
    pair.pass_s(5)
    pair.client(EAST).update_time_to_live(TableName="Orders", TimeToLiveSpecification=TTL)
    table = pair.machine.fleet.at("123456789012", other).tables["Orders"]
    (group,) = pair.machine.fleet.replication.groups
    table.followers = (group,)  # The other Region expires nothing by itself.
    pair.pass_s(5 * 3600)
    removed = {}
    for region in (EAST, WEST):
        assert pair.client(region).scan(TableName="Orders")["Count"] == 0
        (removed[region],) = [each for each in records(pair, region) if each["eventName"] == "REMOVE"]
    assert removed[first]["userIdentity"]["PrincipalId"] == "dynamodb.amazonaws.com"
    assert "userIdentity" not in removed[other]


def test_two_expiries_of_one_item_are_one_deletion(pair: Regions) -> None:
    """Where time to live is on in all Regions, the first one to expire an item deletes it in all."""
    expires_at = int(pair.clock.now()) + 100
    for number in range(20):
        item = {"id": {"S": str(number)}, "expires": {"N": str(expires_at)}}
        pair.client(EAST).put_item(TableName="Orders", Item=item)
    pair.client(WEST).update_time_to_live(TableName="Orders", TimeToLiveSpecification=TTL)
    pair.pass_s(5 * 3600)
    for region in (EAST, WEST):
        assert pair.client(region).scan(TableName="Orders")["Count"] == 0
        assert sum(each["eventName"] == "REMOVE" for each in records(pair, region)) == 20
