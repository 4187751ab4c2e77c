"""What tests do with streams over and over: switch them on and off, and read them to the end, parents first."""

from typing import Any

from ..support import make_table

HOUR_S = 3600
DAY_S = 86_400
BOTH = "NEW_AND_OLD_IMAGES"


def specified(view_type: str = BOTH) -> dict[str, Any]:
    """A StreamSpecification of a stream that is on."""
    return {"StreamEnabled": True, "StreamViewType": view_type}


OFF = {"StreamEnabled": False}


def make_streaming(db: Any, view_type: str = BOTH, name: str = "Orders", **settings: Any) -> str:
    """Create a table with a stream, and give the stream's ARN."""
    make_table(db, name, StreamSpecification=specified(view_type), **settings)
    return latest_arn(db, name)


def latest_arn(db: Any, table: str = "Orders") -> str:
    """The ARN of a table's latest stream."""
    arn: str = db.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    return arn


def switch(db: Any, specification: dict[str, Any], table: str = "Orders") -> str:
    """Switch a stream on or off, and give the ARN of the latest one."""
    arn: str = db.update_table(TableName=table, StreamSpecification=specification)["TableDescription"][
        "LatestStreamArn"
    ]
    return arn


def shards_of(streams: Any, arn: str) -> list[Any]:
    """All shards of a stream, by pages of two."""
    found: list[Any] = []
    start: dict[str, str] = {}
    while True:
        page = streams.describe_stream(StreamArn=arn, Limit=2, **start)["StreamDescription"]
        found += page["Shards"]
        if "LastEvaluatedShardId" not in page:
            return found
        start = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}


def iterator(streams: Any, arn: str, shard: int = -1, kind: str = "TRIM_HORIZON", **members: Any) -> str:
    """An iterator of one of the shards, the youngest if nothing is said."""
    shard_id = shards_of(streams, arn)[shard]["ShardId"]
    found: str = streams.get_shard_iterator(StreamArn=arn, ShardId=shard_id, ShardIteratorType=kind, **members)[
        "ShardIterator"
    ]
    return found


def read_from(streams: Any, place: str, limit: int = 1000) -> list[Any]:
    """All records from an iterator on, up to the present or the end of the shard."""
    records: list[Any] = []
    while True:
        page = streams.get_records(ShardIterator=place, Limit=limit)
        records += page["Records"]
        if not page["Records"] or "NextShardIterator" not in page:
            return records
        place = page["NextShardIterator"]


def read_all(streams: Any, arn: str, limit: int = 1000) -> list[Any]:
    """All records of a stream, each shard after its parent."""
    count = len(shards_of(streams, arn))
    return [record for shard in range(count) for record in read_from(streams, iterator(streams, arn, shard), limit)]


def keys(records: list[Any]) -> list[str]:
    """The partition keys of records."""
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in records]
