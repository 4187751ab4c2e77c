"""The readers of a stream: counted where an API tells, and a third is refused."""

from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from dynadrill.drills.changes.consumers import consumers_of
from dynadrill.drills.errors import RecoveryFailedError

ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/Orders/stream/2024-01-17T15:02:41.471"
WHERE: Any = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}


def trigger(name: str, state: str = "Enabled") -> dict[str, Any]:
    """One event source mapping of the stream."""
    return {
        "UUID": name.ljust(36, "0"),
        "State": state,
        "FunctionArn": f"arn:aws:lambda:us-east-1:111122223333:function:{name}",
    }


def tools_with(mappings: list[dict[str, Any]] | None, **table: Any) -> Any:
    """What a recovery works with, where Lambda answers so many triggers; None where it refuses to."""
    client = boto3.client("lambda", **WHERE)
    stubber = Stubber(client)
    if mappings is None:
        stubber.add_client_error("list_event_source_mappings", "AccessDeniedException", "no")
    else:
        asked = {"EventSourceArn": ARN}
        stubber.add_response("list_event_source_mappings", {"EventSourceMappings": mappings}, asked)
    stubber.activate()
    control = SimpleNamespace(describe_table=lambda TableName: {"Table": {"TableName": TableName, **table}})  # noqa: N803 -- the API's
    return SimpleNamespace(table="Orders", control=control, service=lambda name: {"lambda": client}[name])


REPLICAS = [{"RegionName": "us-west-2"}]


@pytest.mark.parametrize(
    ("mappings", "table", "readers"),
    [
        ([], {}, 0),
        ([trigger("mailer")], {}, 1),
        ([trigger("mailer"), trigger("old", "Disabled")], {}, 1),
        ([], {"Replicas": REPLICAS}, 1),
        ([], {"Replicas": REPLICAS, "MultiRegionConsistency": "STRONG"}, 0),
    ],
)
def test_a_free_place_is_taken(mappings: list[dict[str, Any]], table: dict[str, Any], readers: int) -> None:
    """S3-11: with one reader or none there is room; a trigger that is off and strong replication read nothing."""
    found = consumers_of(tools_with(mappings, **table), ARN)
    assert (len(found.readers), found.not_seen) == (readers, "")
    found.check_room("Orders")


@pytest.mark.parametrize(
    ("mappings", "table", "named"),
    [
        ([trigger("mailer"), trigger("search")], {}, "trigger mailer, trigger search"),
        ([trigger("mailer")], {"Replicas": REPLICAS}, "the global table's replication, trigger mailer"),
    ],
)
def test_a_third_reader_is_refused(mappings: list[dict[str, Any]], table: dict[str, Any], named: str) -> None:
    """S3-11: with two readers the capture is refused before anything is struck, and they are named."""
    with pytest.raises(RecoveryFailedError, match=f"has 2 readers: {named}"):
        consumers_of(tools_with(mappings, **table), ARN).check_room("Orders")


def test_what_cannot_be_seen_is_said() -> None:
    """S3-11: where Lambda does not answer, that is what is said; it is no proof that there is no trigger."""
    found = consumers_of(tools_with(None), ARN)
    assert not found.readers
    assert "Lambda does not say which triggers" in found.not_seen
