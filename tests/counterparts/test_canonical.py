"""When two values are one: the canonical form, asked of Amazon's own engine, which compares stored values itself."""

import http.client
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from dynadrill.drills.values import canonical_value, digest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..strategies import KEYS, VALUES, altered, spelled

TABLE = "Canonical"
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
)
MANY = settings(max_examples=60)


class Engine:
    """DynamoDB Local, spoken to in JSON as it is written here: no client in between spells anything anew."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)

    def ask(self, operation: str, **members: Any) -> tuple[str, Any]:
        """What is answered: an error's name or nothing, and the body."""
        headers = {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": AUTHORIZATION,
        }
        self._connection.request("POST", "/", orjson.dumps(members), headers)
        answer = self._connection.getresponse()
        body = orjson.loads(answer.read())
        return (body["__type"].rpartition("#")[2] if answer.status != 200 else "", body)

    def put(self, value: Any, *, only_if: Any = None) -> str:
        """Put the one item, on condition that it has a value; an error's name, or nothing."""
        condition = {"ConditionExpression": "v = :v", "ExpressionAttributeValues": {":v": only_if}} if only_if else {}
        return self.ask("PutItem", TableName=TABLE, Item={"id": {"S": "k"}, "v": value}, **condition)[0]

    def get(self) -> Any:
        """The one item."""
        return self.ask("GetItem", TableName=TABLE, Key={"id": {"S": "k"}}, ConsistentRead=True)[1]["Item"]


@pytest.fixture(scope="module")
def engine(local: str) -> Iterator[Engine]:
    """An engine with a table keyed by the text `id`, and tables keyed by `k` of each type."""
    made = Engine(local)
    keyed = {TABLE: ("id", "S")} | {f"{TABLE}{kind}": ("k", kind) for kind in KEYS}
    for table, (name, kind) in keyed.items():
        error, _ = made.ask(
            "CreateTable",
            TableName=table,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind}],
            KeySchema=[{"AttributeName": name, "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        assert not error
    yield made
    for table in keyed:
        made.ask("DeleteTable", TableName=table)


@MANY
@given(value=VALUES, random=st.randoms(use_true_random=False))
def test_amazons_engine_and_the_digest_agree_on_what_is_equal(engine: Engine, value: Any, random: Random) -> None:
    """What it stores has the digest of what was sent; it finds another spelling equal, and the nearest value not."""
    assert engine.put(value) == ""
    stored = engine.get()
    assert digest(stored) == digest({"id": {"S": "k"}, "v": value})
    other = spelled(value, random)
    assert engine.put(value, only_if=other) == ""
    assert canonical_value(stored["v"]) == canonical_value(other)
    nearest = altered(value, random)
    assert engine.put(value, only_if=nearest) == "ConditionalCheckFailedException"
    assert canonical_value(stored["v"]) != canonical_value(nearest)


@pytest.mark.parametrize("kind", KEYS)
@MANY
@given(data=st.data(), random=st.randoms(use_true_random=False))
def test_amazons_engine_and_the_key_agree_on_what_is_one_key(
    engine: Engine, kind: str, data: st.DataObject, random: Random
) -> None:
    """An item put under one spelling of a key is found under another, and not under the nearest other key."""
    key = {kind: data.draw(KEYS[kind])}
    table = f"{TABLE}{kind}"
    assert engine.ask("PutItem", TableName=table, Item={"k": key})[0] == ""
    error, body = engine.ask("DeleteItem", TableName=table, Key={"k": spelled(key, random)}, ReturnValues="ALL_OLD")
    assert not error
    assert canonical_value(body["Attributes"]["k"]) == canonical_value(key)
