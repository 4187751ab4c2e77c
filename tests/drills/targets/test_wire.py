"""Items in wire form through real clients and a real server."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from dynadrill.drills.targets.wire import to_request

from .conftest import PREFIX, Answers, error, open_endpoint

BINARY = b64encode(bytes(range(256))).decode()
ITEM: dict[str, Any] = {
    "B": {"B": b64encode(b"a key \x00\xff").decode()},
    "BS": {"BS": sorted([BINARY, b64encode(b"other").decode()])},
    "S": {"S": "B"},
    "N": {"N": "1.5"},
    "NS": {"NS": ["1", "2"]},
    "nested": {"M": {"B": {"L": [{"B": BINARY}, {"M": {"BS": {"BS": [BINARY]}}}, {"NULL": True}]}}},
    "empty": {"B": ""},
    "true": {"BOOL": True},
}


@pytest.fixture
def table(moto_server: str, tmp_path: Path) -> Any:
    """A data client, a control client and a table with a binary key."""
    target = open_endpoint(moto_server, tmp_path)
    name = f"{PREFIX}binary"
    target.control().create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "B", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "B", "AttributeType": "B"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield target, name
    target.control().delete_table(TableName=name)
    target.close()


def test_what_was_put_comes_back_as_it_was(table: Any) -> None:
    """S0-14: typed JSON with binary, binary sets and nested binary is put and read back unchanged, in every form."""
    target, name = table
    data, key = target.data(), {"B": ITEM["B"]}
    sent = orjson.loads(orjson.dumps(ITEM))
    data.put_item(TableName=name, Item=sent)
    assert sent == ITEM, "the caller's item was changed"
    assert data.get_item(TableName=name, Key=key)["Item"] == ITEM
    assert data.scan(TableName=name)["Items"] == [ITEM]
    assert data.batch_get_item(RequestItems={name: {"Keys": [key]}})["Responses"][name] == [ITEM]
    read = data.transact_get_items(TransactItems=[{"Get": {"TableName": name, "Key": key}}])
    assert read["Responses"][0]["Item"] == ITEM
    queried = data.query(
        TableName=name, KeyConditionExpression="#b = :b", ExpressionAttributeNames={"#b": "B"},
        ExpressionAttributeValues={":b": ITEM["B"]},
    )  # fmt: skip
    assert queried["Items"] == [ITEM]
    stored = target.control().get_item(TableName=name, Key={"B": {"B": b"a key \x00\xff"}})["Item"]
    assert stored["nested"]["M"]["B"]["L"][0]["B"] == bytes(range(256)), "stored as something else than its bytes"


def test_batches_and_transactions_take_wire_form(table: Any) -> None:
    """S0-14: binary goes through batches and transactions too, and the old item comes back in wire form."""
    target, name = table
    data = target.data()
    other = {**ITEM, "B": {"B": BINARY}}
    data.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": ITEM}}]})
    data.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": other}}])
    old = data.delete_item(TableName=name, Key={"B": ITEM["B"]}, ReturnValues="ALL_OLD")["Attributes"]
    assert old == ITEM
    assert data.scan(TableName=name)["Items"] == [other]


def test_a_page_ends_where_the_next_begins(table: Any) -> None:
    """The key that a page ends with is in wire form, and is taken as it is to ask for the next page."""
    target, name = table
    data = target.data()
    keys = [b64encode(bytes([number, 255])).decode() for number in range(5)]
    for key in keys:
        data.put_item(TableName=name, Item={"B": {"B": key}})
    seen, start = [], {}
    while True:
        page = data.scan(TableName=name, Limit=2, **start)
        seen += [item["B"]["B"] for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert sorted(seen) == sorted(keys)


def test_answers_keep_what_botocore_adds(answers: Answers, tmp_path: Path) -> None:
    """Status, request id, headers and retries are in the metadata as with botocore's own parser."""
    answers.says = lambda operation, sent: (200, b'{"Count": 1}')
    answer = answers.access(tmp_path).data().scan(TableName="any")
    assert answer["Count"] == 1
    stock = answers.access(tmp_path).control().scan(TableName="any")["ResponseMetadata"]
    assert stock.items() <= answer["ResponseMetadata"].items()
    assert stock["RequestId"] == "R"


def test_errors_are_botocores(answers: Answers, tmp_path: Path) -> None:
    """A refused item operation is a ClientError with DynamoDB's code, from the data client too."""
    answers.says = lambda operation, sent: error("ConditionalCheckFailedException")
    with pytest.raises(ClientError) as caught:
        answers.access(tmp_path).data().get_item(TableName="any", Key={"k": {"S": "1"}})
    assert caught.value.response["Error"]["Code"] == "ConditionalCheckFailedException"


@pytest.mark.parametrize("body", [b"<html>proxy</html>", b"[1]", b'"text"', b'{"Items": ['])
def test_a_success_that_is_no_json_object_is_no_success(answers: Answers, tmp_path: Path, body: bytes) -> None:
    """A page that is cut short or is somebody else's raises, and is never an empty answer."""
    answers.says = lambda operation, sent: (200, body)
    with pytest.raises(ResponseParserError, match="not"):
        answers.access(tmp_path).data().scan(TableName="any")


def test_requests_without_binary_are_passed_on_as_they_are() -> None:
    """Where nothing is binary nothing is copied; bytes stay bytes; what is not base64 is an error."""
    plain = {"TableName": "B", "Item": {"a": {"S": "x"}, "BS": {"M": {"B": {"S": "y"}}}, "l": {"L": [{"N": "1"}]}}}
    assert to_request(plain) is plain
    assert to_request({"RequestItems": {"B": [{"DeleteRequest": {"Key": {"B": {"B": b"bytes"}}}}]}}) == {
        "RequestItems": {"B": [{"DeleteRequest": {"Key": {"B": {"B": b"bytes"}}}}]}
    }
    with pytest.raises(ValueError, match="base64"):
        to_request({"Item": {"a": {"B": "no base64!"}}})
