"""Contributor Insights and Kinesis destinations: kept and shown, and dropped by a restore."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock

from .support import make_table, refusal

STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
INDEX = {
    "IndexName": "by-value",
    "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.fixture
def watched(db: Any) -> Any:
    """A client of a machine with an indexed table whose index is watched, with a Kinesis destination."""
    make_table(
        db,
        MoreAttributes=[{"AttributeName": "value", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[INDEX],
    )
    answered = db.update_contributor_insights(
        TableName="Orders", IndexName="by-value", ContributorInsightsAction="ENABLE"
    )
    assert answered["ContributorInsightsStatus"] == "ENABLING"
    answered = db.enable_kinesis_streaming_destination(TableName="Orders", StreamArn=STREAM)
    assert answered["DestinationStatus"] == "ENABLING"
    return db


def insights(db: Any, table: str = "Orders", **members: Any) -> str:
    """ContributorInsightsStatus."""
    status: str = db.describe_contributor_insights(TableName=table, **members)["ContributorInsightsStatus"]
    return status


def destinations(db: Any, table: str = "Orders") -> dict[str, str]:
    """Kinesis destinations: ARN to status."""
    found = db.describe_kinesis_streaming_destination(TableName=table)["KinesisDataStreamDestinations"]
    return {each["StreamArn"]: each["DestinationStatus"] for each in found}


def test_insights_are_per_table_and_index(watched: Any) -> None:
    """API reference: each index is watched by itself, and what is watched is listed."""
    assert insights(watched, IndexName="by-value") == "ENABLED"
    assert insights(watched) == "DISABLED"
    (listed,) = watched.list_contributor_insights()["ContributorInsightsSummaries"]
    assert (listed["TableName"], listed["IndexName"]) == ("Orders", "by-value")
    watched.update_contributor_insights(TableName="Orders", IndexName="by-value", ContributorInsightsAction="DISABLE")
    assert insights(watched, IndexName="by-value") == "DISABLED"


def test_a_destination_is_switched_off_and_on(watched: Any) -> None:
    """API reference: ACTIVE, DISABLED and ACTIVE again; twice on is ResourceInUseException."""
    again = refusal(watched.enable_kinesis_streaming_destination, TableName="Orders", StreamArn=STREAM)
    assert again[0] == "ResourceInUseException"
    watched.disable_kinesis_streaming_destination(TableName="Orders", StreamArn=STREAM)
    assert destinations(watched) == {STREAM: "DISABLED"}
    off = refusal(watched.disable_kinesis_streaming_destination, TableName="Orders", StreamArn=STREAM)
    assert off[0] == "ResourceNotFoundException"
    watched.enable_kinesis_streaming_destination(TableName="Orders", StreamArn=STREAM)
    assert destinations(watched) == {STREAM: "ACTIVE"}


def test_neither_comes_back(watched: Any, clock: ManualClock) -> None:
    """A restored table is watched by nobody and sends nothing; the source stays as it is."""
    arn = watched.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    clock.set_forward(clock.now() + 1)
    watched.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn)
    while_restoring = refusal(watched.describe_contributor_insights, TableName="Restored")
    assert while_restoring[0] == "ResourceNotFoundException"
    clock.set_forward(clock.now() + 300)
    assert insights(watched, "Restored", IndexName="by-value") == "DISABLED"
    assert destinations(watched, "Restored") == {}
    assert destinations(watched) == {STREAM: "ACTIVE"}


def test_a_missing_index_is_refused(watched: Any) -> None:
    """API reference: an index that is not there is ResourceNotFoundException."""
    refused = refusal(watched.describe_contributor_insights, TableName="Orders", IndexName="nowhere")
    assert refused[0] == "ResourceNotFoundException"
