"""The operations of DynamoDB Streams: ListStreams, DescribeStream, GetShardIterator, GetRecords."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ..backend import Backend, Request
from ..blueprint import Shape
from ..errors import AwsError, invalid, not_one_of
from ..wire import dumps, joined, limit_in, need, optional
from .iterators import ShardIterator, iterator_of
from .positions import first_position
from .reading import read_page
from .shards import Shard, number_of
from .stream import Stream, stream_not_found

STREAM_ARN = re.compile(r"arn:[^:]+:dynamodb:[^:]+:\d{12}:table/[a-zA-Z0-9_.-]{3,255}/stream/[^/]+\Z")
MOST_LISTED = 100
MOST_RECORDS = 1000
ITERATOR_MEMBERS = frozenset({"StreamArn", "ShardId", "ShardIteratorType", "SequenceNumber", "Timestamp"})


def list_streams(request: Request) -> bytes:
    """ListStreams: those that can be read, of one table or all, in the order of their ARNs, up to 100 a page."""
    body = request.body
    table = optional(body, "TableName", str)
    start = optional(body, "ExclusiveStartStreamArn", str)
    if start is not None:
        _check_arn(start)
    limit = limit_in(body, "Limit", MOST_LISTED)
    with request.journal.lock:
        found = [stream for stream in streams_of(request.backend) if table in {None, stream.table_name}]
    found = sorted((stream for stream in found if stream.arn > (start or "")), key=lambda stream: stream.arn)
    return dumps(
        {
            "Streams": [
                {"StreamArn": stream.arn, "TableName": stream.table_name, "StreamLabel": stream.label}
                for stream in found[:limit]
            ],
            "LastEvaluatedStreamArn": found[limit - 1].arn if len(found) > limit else None,
        }
    )


def describe_stream(request: Request) -> bytes:
    """DescribeStream: a stream and its shards, oldest first, up to 100 a page, or only the children of one."""
    body = request.body
    limit = limit_in(body, "Limit", MOST_LISTED)
    is_asked_for = _shard_filter(optional(body, "ShardFilter", dict))
    start = optional(body, "ExclusiveStartShardId", str) or ""
    with request.journal.lock:
        stream = find_stream(request.backend, need(body, "StreamArn", str))
        found = [shard for shard in stream.listed() if shard.shard_id > start and is_asked_for(shard)]
        described = {
            "StreamArn": stream.arn,
            "StreamLabel": stream.label,
            "StreamStatus": stream.status,
            "StreamViewType": stream.view_type,
            "CreationRequestDateTime": stream.created_at,
            "TableName": stream.table_name,
            "KeySchema": stream.key_schema,
            "Shards": [_described(shard) for shard in found[:limit]],
            "LastEvaluatedShardId": found[limit - 1].shard_id if len(found) > limit else None,
        }
    return dumps({"StreamDescription": described})


def get_shard_iterator(request: Request) -> bytes:
    """GetShardIterator: a place in a shard, for 15 minutes.

    Its members are looked at here: a model that is older than `AT_TIMESTAMP` would refuse `Timestamp`.
    """
    body = request.body
    unknown = set(body) - ITERATOR_MEMBERS
    if unknown:
        raise invalid(f"the request does not have the shape of GetShardIterator: unknown {', '.join(sorted(unknown))}")
    arn, shard_id = need(body, "StreamArn", str), need(body, "ShardId", str)
    need(body, "ShardIteratorType", str)
    with request.journal.lock:
        stream = find_stream(request.backend, arn)
        shard = stream.shard(shard_id)
        if shard is None:
            raise AwsError(
                "ResourceNotFoundException", f"Requested resource not found: Shard: {shard_id} in {arn} not found"
            )
        position = first_position(stream, shard, body, request.journal)
        iterator = ShardIterator(arn, shard_id, position, request.journal.now())
    return dumps({"ShardIterator": iterator.text()})


def get_records(request: Request) -> bytes:
    """GetRecords: up to 1,000 records or 1 MB; no `NextShardIterator` at the end of a closed shard.

    A limit of more than 1,000 is a ValidationException (measured on AWS; the API reference names another one).
    """
    iterator = iterator_of(need(request.body, "ShardIterator", str))
    most = limit_in(request.body, "Limit", MOST_RECORDS)
    journal = request.journal
    with journal.lock:
        stream = find_stream(request.backend, iterator.stream_arn)
        iterator.check_life(journal.now())
    page = read_page(journal, stream, iterator.shard_id, iterator.position, most)
    members = [("Records", b"[" + b",".join(page.records) + b"]")]
    if page.next_position is not None:
        later = iterator._replace(position=page.next_position, issued_at=journal.now())
        members.append(("NextShardIterator", b'"%b"' % later.text().encode()))
    return joined(members)


def streams_of(backend: Backend) -> list[Stream]:
    """All streams of an account in a Region that can be read; call with the journal's lock."""
    owners = [*(table.streams for table in backend.tables.values()), *backend.left_streams]
    return [stream for owner in owners for stream in owner.readable]


def find_stream(backend: Backend, arn: str) -> Stream:
    """A stream by its ARN; call with the journal's lock.

    Raises:
        AwsError: the ARN is not a stream's, or there is no such stream in this account and Region.
    """
    _check_arn(arn)
    found = next((stream for stream in streams_of(backend) if stream.arn == arn), None)
    if found is None:
        raise stream_not_found(arn)
    return found


def _check_arn(arn: str) -> None:
    if not STREAM_ARN.match(arn):
        raise invalid(f"Invalid StreamArn: {arn}")


def _shard_filter(wanted: Shape | None) -> Callable[[Shard], bool]:
    if wanted is None:
        return lambda _: True
    if wanted.get("Type") != "CHILD_SHARDS":
        raise not_one_of("shardFilter.type", wanted.get("Type"), ("CHILD_SHARDS",))
    parent = need(wanted, "ShardId", str)
    return lambda shard: shard.parent == parent


def _described(shard: Shard) -> Shape:
    ends = {"StartingSequenceNumber": number_of(shard.first)}
    if shard.last is not None:
        ends["EndingSequenceNumber"] = number_of(shard.last)
    return {"ShardId": shard.shard_id, "SequenceNumberRange": ends, "ParentShardId": shard.parent}


STREAM_OPERATIONS: Final[Mapping[str, Callable[[Request], bytes]]] = MappingProxyType(
    {
        "DescribeStream": describe_stream,
        "GetRecords": get_records,
        "GetShardIterator": get_shard_iterator,
        "ListStreams": list_streams,
    }
)
UNCHECKED: Final = frozenset({"GetShardIterator"})
"""Operations whose members are not held against the model first."""
