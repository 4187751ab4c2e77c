"""Batches and transactions: done or refused alike at every place."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ..drills.timemachine.support import make_table, refusal
from .tables import fill, get, placeholders, plain, plains, wire

A = {"id": {"S": "a"}}


@pytest.fixture(autouse=True)
def table(db: Any) -> None:
    """A table keyed by `id` with the items `a` and `b`."""
    make_table(db)
    fill(db, {"id": "a", "v": 1}, {"id": "b", "v": 2})


def put(key: str, **attributes: Any) -> dict[str, Any]:
    """A put of BatchWriteItem."""
    return {"PutRequest": {"Item": wire({"id": key, **attributes})}}


def delete(key: str) -> dict[str, Any]:
    """A delete of BatchWriteItem."""
    return {"DeleteRequest": {"Key": wire({"id": key})}}


def keys(*names: str) -> list[dict[str, Any]]:
    """Keys of BatchGetItem."""
    return [wire({"id": name}) for name in names]


def test_a_batch_writes_and_deletes(db: Any) -> None:
    """BatchWriteItem puts and deletes, in several tables, and leaves nothing over."""
    make_table(db, "Other")
    answer = db.batch_write_item(RequestItems={"Orders": [put("c", v=3), delete("a")], "Other": [put("x")]})
    assert answer["UnprocessedItems"] == {}
    assert sorted(item["id"] for item in plains(db.scan(TableName="Orders"))) == ["b", "c"]
    assert db.scan(TableName="Other")["Count"] == 1


def test_a_batch_reads(db: Any) -> None:
    """BatchGetItem gives what is there of the keys, in no order."""
    answer = db.batch_get_item(RequestItems={"Orders": {"Keys": keys("a", "b", "z")}})
    assert sorted(item["v"] for item in map(plain, answer["Responses"]["Orders"])) == [1, 2]
    assert answer["UnprocessedKeys"] == {}


def test_a_batch_reads_projections(db: Any) -> None:
    """BatchGetItem shows the paths that are asked for."""
    wanted = {"Keys": keys("a"), "ProjectionExpression": "#v", "ExpressionAttributeNames": {"#v": "v"}}
    answer = db.batch_get_item(RequestItems={"Orders": wanted})
    assert [plain(item) for item in answer["Responses"]["Orders"]] == [{"v": 1}]


BAD_WRITES: dict[str, dict[str, Any]] = {
    "none": {},
    "no-writes": {"Orders": []},
    "26": {"Orders": [put(f"k{n}") for n in range(26)]},
    "same-key-twice": {"Orders": [put("c"), delete("c")]},
    "bad-key": {"Orders": [{"DeleteRequest": {"Key": wire({"x": "a"})}}]},
    "no-key": {"Orders": [{"PutRequest": {"Item": wire({"v": 1})}}]},
    "put-and-delete": {"Orders": [{**put("c"), **delete("d")}]},
    "neither": {"Orders": [{}]},
    "bad-value": {"Orders": [put("c"), put("d", v={"SS": []})]},
}


@pytest.mark.parametrize("wrong", BAD_WRITES)
def test_batches_of_writes_that_cannot_be(db: Any, wrong: str) -> None:
    """A batch that is refused writes nothing at all."""
    assert refusal(db.batch_write_item, RequestItems=BAD_WRITES[wrong])[0] == "ValidationException"
    assert db.scan(TableName="Orders")["Count"] == 2


def test_a_batch_with_a_missing_table(db: Any) -> None:
    """A batch that names a missing table is refused, and writes nothing."""
    requests = {"Orders": [put("c")], "Nope": [put("c")]}
    assert refusal(db.batch_write_item, RequestItems=requests)[0] == "ResourceNotFoundException"
    assert get(db, "c") == {}


BAD_READS: dict[str, dict[str, Any]] = {
    "none": {},
    "no-keys": {"Orders": {"Keys": []}},
    "101": {"Orders": {"Keys": keys(*(f"k{n}" for n in range(101)))}},
    "same-key-twice": {"Orders": {"Keys": keys("a", "a")}},
    "bad-key": {"Orders": {"Keys": [wire({"x": "a"})]}},
}


@pytest.mark.parametrize("wrong", BAD_READS)
def test_batches_of_reads_that_cannot_be(db: Any, wrong: str) -> None:
    """Empty batches, more than 100 keys, repeated keys and keys that do not fit are refused."""
    assert refusal(db.batch_get_item, RequestItems=BAD_READS[wrong])[0] == "ValidationException"


def on(key: str, **members: Any) -> dict[str, Any]:
    """A member of a transaction."""
    return {"TableName": "Orders", "Key": wire({"id": key}), **members}


def put_in_transaction(key: str, **members: Any) -> dict[str, Any]:
    """A put of a transaction."""
    return {"Put": {"TableName": "Orders", "Item": wire({"id": key, "v": 9}), **members}}


def set_v(key: str, value: Any) -> dict[str, Any]:
    """An update of a transaction."""
    return {"Update": on(key, UpdateExpression="SET v = :v", ExpressionAttributeValues=placeholders(v=value))}


def test_a_transaction_does_all(db: Any) -> None:
    """TransactWriteItems puts, updates, deletes and checks at once."""
    make_table(db, "Other")
    fill(db, {"id": "x"}, table="Other")
    check = {"TableName": "Other", "Key": wire({"id": "x"}), "ConditionExpression": "attribute_exists(id)"}
    db.transact_write_items(
        TransactItems=[put_in_transaction("c"), set_v("a", 7), {"Delete": on("b")}, {"ConditionCheck": check}]
    )
    assert (get(db, "a")["v"], get(db, "b"), get(db, "c")["v"]) == (7, {}, 9)


def test_a_transaction_does_nothing_if_one_condition_fails(db: Any) -> None:
    """A transaction whose last condition fails is cancelled whole, and says which member was the reason."""
    steps = [put_in_transaction("c"), set_v("a", 7), {"Delete": on("b", ConditionExpression="v = v2")}]
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=steps)
    assert caught.value.response["Error"]["Code"] == "TransactionCanceledException"
    reasons = [reason["Code"] for reason in caught.value.response["CancellationReasons"]]
    assert reasons == ["None", "None", "ConditionalCheckFailed"]
    assert "[None, None, ConditionalCheckFailed]" in caught.value.response["Error"]["Message"]
    assert (get(db)["v"], get(db, "b")["v"], get(db, "c")) == (1, 2, {})


def test_a_cancelled_transaction_can_show_the_item(db: Any) -> None:
    """ReturnValuesOnConditionCheckFailure puts the item beside the reason."""
    members = {"ConditionExpression": "v = v2", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=[{"Delete": on("b", **members)}])
    assert plain(caught.value.response["CancellationReasons"][0]["Item"]) == {"id": "b", "v": 2}


def test_an_update_that_does_not_fit_cancels_a_transaction(db: Any) -> None:
    """An update that makes no sense for its item is a ValidationError among the reasons."""
    step = {"Update": on("a", UpdateExpression="SET x.y = :v", ExpressionAttributeValues=placeholders(v=1))}
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=[put_in_transaction("c"), step])
    assert [each["Code"] for each in caught.value.response["CancellationReasons"]] == ["None", "ValidationError"]
    assert get(db, "c") == {}


BAD_TRANSACTIONS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "101": [put_in_transaction(f"k{n}") for n in range(101)],
    "same-item-twice": [put_in_transaction("a"), set_v("a", 7)],
    "neither": [{}],
    "two-in-one": [{**put_in_transaction("c"), **set_v("a", 7)}],
    "check-without-condition": [{"ConditionCheck": on("a")}],
    "update-without-expression": [{"Update": on("a")}],
    "bad-key": [{"Delete": {"TableName": "Orders", "Key": wire({"x": "a"})}}],
}


@pytest.mark.parametrize("wrong", BAD_TRANSACTIONS)
def test_transactions_that_cannot_be(db: Any, wrong: str) -> None:
    """A transaction that makes no sense in itself is refused and does nothing."""
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=BAD_TRANSACTIONS[wrong])
    error = caught.value.response["Error"]
    assert error["Code"] in {"ValidationException", "TransactionCanceledException"}
    assert error["Code"] == "ValidationException" or "[ValidationError]" in error["Message"]
    assert db.scan(TableName="Orders")["Count"] == 2


def test_a_transaction_done_twice_with_one_token(db: Any) -> None:
    """Repeating a transaction with its token does nothing; another transaction under it is refused."""
    add = {"Update": on("a", UpdateExpression="ADD v :v", ExpressionAttributeValues=placeholders(v=1))}
    for _ in range(2):
        db.transact_write_items(TransactItems=[add], ClientRequestToken="once")
    assert get(db)["v"] == 2
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=[set_v("a", 7)], ClientRequestToken="once")
    assert caught.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"


def test_a_transaction_reads(db: Any) -> None:
    """TransactGetItems answers in the order of the request, with an empty member for what is missing."""
    gets = [{"Get": on("b")}, {"Get": on("z")}, {"Get": on("a", ProjectionExpression="v")}]
    found = db.transact_get_items(TransactItems=gets)["Responses"]
    assert [plain(each.get("Item")) for each in found] == [{"id": "b", "v": 2}, {}, {"v": 1}]
