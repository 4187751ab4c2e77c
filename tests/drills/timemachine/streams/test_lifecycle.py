"""The life of a stream: on, off, on again; and what becomes of it when its table is deleted or restored."""

import re
from typing import Any

import orjson
import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import START_AT, connect, make_table, protect, put, refusal
from .reader import (
    BOTH,
    DAY_S,
    HOUR_S,
    OFF,
    iterator,
    keys,
    latest_arn,
    make_streaming,
    read_all,
    read_from,
    shards_of,
    specified,
    switch,
)

ARN = re.compile(
    r"(arn:aws:dynamodb:us-east-1:123456789012:table/Orders)/stream/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\Z"
)
VIEW_TYPES = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", BOTH]


def listed(streams: Any, **members: Any) -> list[str]:
    """The ARNs of all streams, by pages of two."""
    found: list[str] = []
    while True:
        page = streams.list_streams(Limit=2, **members)
        found += [stream["StreamArn"] for stream in page["Streams"]]
        if "LastEvaluatedStreamArn" not in page:
            return found
        members["ExclusiveStartStreamArn"] = page["LastEvaluatedStreamArn"]


def test_the_arn_of_a_stream_is_its_tables_and_its_label(db: Any, streams: Any) -> None:
    """The ARN ends in the stream's start as a label, and its parts give it back (S3-17)."""
    arn = make_streaming(db)
    match = ARN.match(arn)
    assert match is not None
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    table = db.describe_table(TableName="Orders")["Table"]
    assert match.groups() == (table["TableArn"], described["StreamLabel"])
    assert (table["LatestStreamArn"], table["LatestStreamLabel"]) == (arn, described["StreamLabel"])
    assert f"{table['TableArn']}/stream/{table['LatestStreamLabel']}" == arn


@pytest.mark.parametrize("view_type", VIEW_TYPES)
def test_a_stream_is_described(db: Any, streams: Any, view_type: str) -> None:
    """DescribeStream: status, view type, keys and table, with each view type, from the start or added later."""
    make_table(db, sort=True)
    arn = switch(db, specified(view_type))
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert described["CreationRequestDateTime"].timestamp() == START_AT
    assert (described["StreamStatus"], described["StreamViewType"]) == ("ENABLED", view_type)
    assert (described["TableName"], described["StreamArn"]) == ("Orders", arn)
    assert [key["AttributeName"] for key in described["KeySchema"]] == ["id", "n"]
    assert db.describe_table(TableName="Orders")["Table"]["StreamSpecification"] == specified(view_type)


def test_the_view_type_of_a_stream_never_changes(db: Any) -> None:
    """A stream that is on cannot be switched on, whether with another view type or the same."""
    arn = make_streaming(db)
    for view_type in VIEW_TYPES:
        refused = refusal(db.update_table, TableName="Orders", StreamSpecification=specified(view_type))
        assert refused == ("ValidationException", "Table already has an enabled stream: TableName: Orders")
    assert latest_arn(db) == arn


def test_a_stream_that_is_off_cannot_be_switched_off(db: Any, streams: Any) -> None:
    """API reference of UpdateTable: ValidationException."""
    make_table(db)
    name, text = refusal(db.update_table, TableName="Orders", StreamSpecification=OFF)
    assert name == "ValidationException"
    assert "no stream to disable" in text
    assert listed(streams) == []


@pytest.mark.parametrize(
    "wrong",
    [{"StreamEnabled": True}, {"StreamEnabled": True, "StreamViewType": "SOME"},
     {"StreamEnabled": False, "StreamViewType": BOTH}, {"StreamViewType": BOTH}, {}],
)  # fmt: skip
def test_a_wrong_specification_is_refused(db: Any, streams: Any, machine: TimeMachine, wrong: dict[str, Any]) -> None:
    """Bad input: nothing is created, and nothing changed."""
    make_table(db)
    created = {
        "TableName": "Other",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    }
    for operation, members in (("CreateTable", created), ("UpdateTable", {"TableName": "Orders"})):
        body = orjson.dumps({**members, "StreamSpecification": wrong})
        answer = machine.handle(f"DynamoDB_20120810.{operation}", body, region="us-east-1")
        assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (400, "ValidationException")
    assert db.list_tables()["TableNames"] == ["Orders"]
    assert listed(streams) == []


def test_a_table_may_be_created_without_a_stream(db: Any, streams: Any) -> None:
    """CreateTable: StreamEnabled false is no stream, and no error."""
    make_table(db, StreamSpecification=OFF)
    assert "LatestStreamArn" not in db.describe_table(TableName="Orders")["Table"]
    assert listed(streams, TableName="Orders") == []


def test_a_refused_update_begins_no_stream(db: Any, streams: Any) -> None:
    """UpdateTable: all of it or nothing; a stream that was asked for beside something wrong is not there."""
    make_table(db)
    refusal(db.update_table, TableName="Orders", StreamSpecification=specified(), TableClass="NONE")
    assert listed(streams) == []
    arn = switch(db, specified())
    refusal(db.update_table, TableName="Orders", StreamSpecification=specified(), DeletionProtectionEnabled=True)
    table = db.describe_table(TableName="Orders")["Table"]
    assert (table["DeletionProtectionEnabled"], table["LatestStreamArn"]) == (False, arn)


def test_off_and_on_is_another_stream(db: Any, streams: Any) -> None:
    """A new ARN, at the same instant too; the old records are in the old one only."""
    first = make_streaming(db, "KEYS_ONLY")
    put(db, "a")
    assert switch(db, OFF) == first
    put(db, "unseen")
    second = switch(db, specified())
    put(db, "b")
    assert first != second
    assert listed(streams) == sorted([first, second])
    assert (keys(read_all(streams, first)), keys(read_all(streams, second))) == (["a"], ["b"])
    status = {
        arn: streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] for arn in listed(streams)
    }
    assert status == {first: "DISABLED", second: "ENABLED"}


def test_a_disabled_stream_is_readable_for_a_day(db: Any, streams: Any, clock: ManualClock) -> None:
    """With the iterators that were out and with new ones; after 24 hours it is gone."""
    arn = make_streaming(db)
    place = iterator(streams, arn)
    clock.set_forward(START_AT + 60)
    put(db, "a")
    switch(db, OFF)
    assert keys(read_from(streams, place)) == ["a"]
    clock.set_forward(START_AT + 60 + DAY_S - 0.001)
    assert keys(read_all(streams, arn)) == ["a"]
    clock.set_forward(START_AT + 60 + DAY_S)
    assert refusal(streams.describe_stream, StreamArn=arn)[0] == "ResourceNotFoundException"
    assert listed(streams) == []


def test_a_deleted_tables_stream_is_readable_for_a_day(db: Any, streams: Any, clock: ManualClock) -> None:
    """The records survive their table, and deleting it makes none."""
    arn = make_streaming(db)
    put(db, "a")
    clock.set_forward(START_AT + HOUR_S)
    put(db, "b")
    db.delete_table(TableName="Orders")
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert (described["StreamStatus"], described["TableName"]) == ("DISABLED", "Orders")
    assert keys(read_all(streams, arn)) == ["a", "b"]
    clock.set_forward(START_AT + HOUR_S + DAY_S - 1)
    assert keys(read_all(streams, arn)) == ["b"]
    clock.set_forward(START_AT + HOUR_S + DAY_S)
    assert refusal(streams.describe_stream, StreamArn=arn)[0] == "ResourceNotFoundException"
    assert listed(streams) == []


def test_a_table_of_the_same_name_has_streams_of_its_own(db: Any, streams: Any) -> None:
    """A table that is made anew at the same instant has another ARN, and the old stream keeps its records."""
    first = make_streaming(db)
    put(db, "old")
    db.delete_table(TableName="Orders")
    second = make_streaming(db)
    put(db, "new")
    assert listed(streams, TableName="Orders") == sorted([first, second])
    assert (keys(read_all(streams, first)), keys(read_all(streams, second))) == (["old"], ["new"])


def test_a_restored_table_has_no_stream(db: Any, streams: Any, clock: ManualClock) -> None:
    """It has to be switched on, and then has an ARN of its own, without a record of the restore (S4-16)."""
    make_streaming(db)
    protect(db)
    put(db, "a")
    clock.set_forward(START_AT + HOUR_S)
    db.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName="Restored", UseLatestRestorableTime=True
    )
    clock.set_forward(START_AT + 2 * HOUR_S)
    restored = db.describe_table(TableName="Restored")["Table"]
    assert {"StreamSpecification", "LatestStreamArn", "LatestStreamLabel"}.isdisjoint(restored)
    assert listed(streams, TableName="Restored") == []
    arn = switch(db, specified(), "Restored")
    put(db, "b", table="Restored")
    assert ":table/Restored/stream/" in arn
    assert keys(read_all(streams, arn)) == ["b"]


def test_a_restore_leaves_the_sources_stream_alone(db: Any, streams: Any, clock: ManualClock) -> None:
    """A restore writes into its own table only."""
    arn = make_streaming(db)
    protect(db)
    put(db, "a")
    clock.set_forward(START_AT + HOUR_S)
    db.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName="Restored", UseLatestRestorableTime=True
    )
    clock.set_forward(START_AT + 2 * HOUR_S)
    put(db, "c", table="Restored")
    assert keys(read_all(streams, arn)) == ["a"]


def test_a_stream_keeps_history_that_a_restore_does_not_lack(db: Any, streams: Any, clock: ManualClock) -> None:
    """Recovery that is switched off lets go of its window, and the stream still reads its day."""
    arn = make_streaming(db)
    protect(db)
    for hour in range(10):
        clock.set_forward(START_AT + hour * HOUR_S)
        put(db, "a", f"{hour}")
    db.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert len(read_all(streams, arn)) == 10


def test_streams_are_listed_by_pages_and_by_table(db: Any, streams: Any) -> None:
    """ListStreams: every stream once, by Limit and ExclusiveStartStreamArn, or those of one table."""
    arns = {name: make_streaming(db, name=name) for name in ("Art", "Map", "Orders", "Shop", "Zoo")}
    make_table(db, "None")
    assert listed(streams) == sorted(arns.values())
    assert listed(streams, TableName="Map") == [arns["Map"]]
    assert listed(streams, TableName="None") == listed(streams, TableName="Nowhere") == []
    (stream,) = streams.list_streams(TableName="Zoo")["Streams"]
    assert stream["TableName"] == "Zoo"
    assert stream["StreamArn"].endswith(stream["StreamLabel"])


def test_a_page_of_streams_begins_after_one_that_is_gone(db: Any, streams: Any) -> None:
    """ListStreams: paging survives what is added or goes away between two pages."""
    arns = [make_streaming(db, name=name) for name in ("Art", "Map", "Zoo")]
    first = streams.list_streams(Limit=1)["LastEvaluatedStreamArn"]
    make_streaming(db, name="Aaa")
    rest = streams.list_streams(ExclusiveStartStreamArn=first)["Streams"]
    assert [stream["StreamArn"] for stream in rest] == arns[1:]


@pytest.mark.parametrize("limit", [0, 101])
def test_lists_are_of_1_to_100(db: Any, streams: Any, limit: int) -> None:
    """Bad input: another Limit of ListStreams or DescribeStream is a ValidationException."""
    arn = make_streaming(db)
    assert refusal(streams.list_streams, Limit=limit)[0] == "ValidationException"
    assert refusal(streams.describe_stream, StreamArn=arn, Limit=limit)[0] == "ValidationException"


WRONG_ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders-and-no-stream"


def test_an_arn_that_is_no_streams_is_refused(db: Any, streams: Any) -> None:
    """Bad input: ValidationException; the ARN of a stream that is not there is ResourceNotFoundException."""
    missing = make_streaming(db)[:-1] + "9"
    shard = {"ShardId": "shardId-" + "0" * 30, "ShardIteratorType": "LATEST"}
    assert refusal(streams.list_streams, ExclusiveStartStreamArn=WRONG_ARN)[0] == "ValidationException"
    for call, members in ((streams.describe_stream, {}), (streams.get_shard_iterator, shard)):
        assert refusal(call, StreamArn=WRONG_ARN, **members)[0] == "ValidationException"
        assert refusal(call, StreamArn=missing, **members) == (
            "ResourceNotFoundException", f"Requested resource not found: Stream: {missing} not found",
        )  # fmt: skip


def test_a_reset_forgets_streams(db: Any, streams: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """After a reset there is no stream, also of tables that were deleted, and time goes on without them."""
    make_streaming(db)
    db.delete_table(TableName="Orders")
    make_streaming(db)
    machine.reset()
    assert listed(streams) == []
    clock.set_forward(START_AT + 2 * DAY_S)
    arn = make_streaming(db)
    put(db, "a")
    assert keys(read_all(streams, arn)) == ["a"]


def test_a_deleted_tables_stream_holds_no_items(
    db: Any, streams: Any, machine: TimeMachine, clock: ManualClock
) -> None:
    """What a deleted table's stream keeps is the last day's changes, and nothing once it is gone."""
    make_streaming(db)
    protect(db)
    put(db, "a")
    clock.set_forward(START_AT + 3 * DAY_S)
    put(db, "b")
    db.delete_table(TableName="Orders")
    (left,) = machine.fleet.at("123456789012", "us-east-1").left_streams
    assert len(left.log.changes) == 1
    clock.set_forward(START_AT + 5 * DAY_S)
    db.list_tables()
    assert machine.fleet.at("123456789012", "us-east-1").left_streams == []


def test_a_stream_shows_what_shards_it_had_when_it_ended(db: Any, streams: Any, clock: ManualClock) -> None:
    """Every shard of a disabled stream is closed, and each can be read."""
    arn = make_streaming(db)
    for hour in (1, 5, 9):
        clock.set_forward(START_AT + hour * HOUR_S)
        put(db, f"{hour}")
    switch(db, OFF)
    assert all("EndingSequenceNumber" in shard["SequenceNumberRange"] for shard in shards_of(streams, arn))
    assert keys(read_all(streams, arn)) == ["1", "5", "9"]


def test_switching_a_stream_takes_as_long_as_the_change_of_its_table(clock: ManualClock) -> None:
    """API reference of StreamDescription: ENABLING, ENABLED, DISABLING and DISABLED, where changes have a duration."""
    machine = TimeMachine(clock, seed=1, durations={"create_table": 5.0, "update_table": 5.0, "delete_table": 5.0})
    db, streams = connect(machine), connect(machine, service="dynamodbstreams")

    def status(arn: str) -> str:
        found: str = streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"]
        return found

    first = make_streaming(db)
    seen = [status(first)]
    for change in (OFF, specified()):
        clock.set_forward(clock.now() + 5)
        seen.append(status(first))
        latest = switch(db, change)
        seen += [status(first), status(latest)]
    clock.set_forward(clock.now() + 5)
    seen += [status(first), status(latest)]
    db.delete_table(TableName="Orders")
    clock.set_forward(clock.now() + 5)
    seen.append(status(latest))
    assert seen == [
        "ENABLING",
        *("ENABLED", "DISABLING", "DISABLING"),
        *("DISABLED", "DISABLED", "ENABLING"),
        *("DISABLED", "ENABLED"),
        "DISABLED",
    ]


def test_a_streams_own_policy_is_not_there(db: Any) -> None:
    """What AWS has and the machine has not is said, not ignored."""
    arn = make_streaming(db)
    name, text = refusal(db.put_resource_policy, ResourceArn=arn, Policy="{}")
    assert (name, text) == (
        "ValidationException", "a resource policy of a stream is not implemented by the dynadrill time machine",
    )  # fmt: skip
