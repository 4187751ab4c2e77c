"""A page that is asked for past botocore says what botocore's own way says, and fails as it does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError
from dynadrill.drills.targets.clients import Place, client_for_reading
from dynadrill.drills.targets.quick_scan import QuickScan, WireItems

from .test_endpoint import web_server

TABLE = "Scanned"
HALF_A_PAIR = rb'{"Items": [{"id": {"S": "\ud800"}}]}'
"""A lone half of a surrogate pair, which is no text."""


@pytest.fixture
def place(moto_server: str) -> Iterator[Place]:
    """A moto server with a table of twelve items under binary keys."""
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    db: Any = boto3.client("dynamodb", endpoint_url=moto_server, region_name="us-east-1", **keys)
    db.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    for number in range(12):
        db.put_item(TableName=TABLE, Item={"id": {"B": bytes([number, 255])}, "n": {"N": str(number)}})
    yield Place(moto_server, "us-east-1")
    db.delete_table(TableName=TABLE)


def pages(scan: Any, limit: int) -> Iterator[Any]:
    """All pages of the table."""
    start: dict[str, Any] = {}
    while True:
        answer = scan({"TableName": TABLE, "Limit": limit, "ReturnConsumedCapacity": "TOTAL", **start})
        yield list(answer["Items"]), answer["ConsumedCapacity"]["CapacityUnits"], answer.get("LastEvaluatedKey")
        if not answer.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def test_it_says_what_the_client_says(place: Place) -> None:
    """Page by page, binary keys and all, the answers are those of the client."""
    client = client_for_reading(place, 1)
    quick = list(pages(QuickScan(client), 5))
    assert quick == list(pages(lambda request: client.scan(**request), 5))
    assert sum(len(items) for items, _, _ in quick) == 12


def test_it_fails_as_the_client_does(place: Place) -> None:
    """An error of DynamoDB's is the client's exception, and so is an endpoint that is not there."""
    with pytest.raises(ClientError) as caught:
        QuickScan(client_for_reading(place, 1))({"TableName": "None"})
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    with pytest.raises(EndpointConnectionError):
        QuickScan(client_for_reading(Place("http://127.0.0.1:1", "us-east-1"), 1))({"TableName": TABLE})


def test_its_items_are_a_sequence(place: Place) -> None:
    """One item, some and all of them are the client's, however they are asked for."""
    client = client_for_reading(place, 1)
    items, expected = QuickScan(client)({"TableName": TABLE})["Items"], client.scan(TableName=TABLE)["Items"]
    assert [items[3], items[-1], *items[2:5]] == [expected[3], expected[-1], *expected[2:5]]
    with pytest.raises(IndexError):
        items[12]


def test_an_item_that_is_no_json_is_no_item() -> None:
    """An item whose text is none is found out when it is read."""
    with pytest.raises(ResponseParserError):
        list(WireItems([msgspec.Raw(b'{"id": {"S": "a"')]))


@pytest.mark.parametrize("body", [b"<html>", b'{"Items": [', b"[1]", b"{}", HALF_A_PAIR])
def test_a_success_that_is_no_answer_is_none(body: bytes) -> None:
    """A page that is cut short, or is somebody else's, raises, and is never an empty page."""
    with (
        web_server(200, "application/x-amz-json-1.0", body, unless=b"nothing") as url,
        pytest.raises(ResponseParserError),
    ):
        QuickScan(client_for_reading(Place(url, "us-east-1"), 1))({"TableName": TABLE})


def test_it_reads_no_file_of_the_users(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials are the client's own: a profile that is not there does not matter for a place that is not AWS."""
    monkeypatch.setenv("AWS_PROFILE", "nonsense")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    assert len(QuickScan(client_for_reading(place, 1))({"TableName": TABLE})["Items"]) == 12
