"""PutItem, DeleteItem, UpdateItem, BatchWriteItem, TransactWriteItems, PartiQL: what they leave and refuse."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import START_AT, connect, items, make_table, protect, put, refusal

KEY = {"id": {"S": "a"}}


def get(db: Any, key: str = "a", table: str = "Orders") -> Any:
    """The item under a key; None where there is none."""
    return db.get_item(TableName=table, Key={"id": {"S": key}}).get("Item")


def cancelled(db: Any, ops: list[Any]) -> list[str]:
    """The reasons for which a transaction is cancelled."""
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=ops)
    assert caught.value.response["Error"]["Code"] == "TransactionCanceledException"
    return [reason["Code"] for reason in caught.value.response["CancellationReasons"]]


def put_op(key: str, value: str = "v", **more: Any) -> dict[str, Any]:
    """A put as a transaction's op."""
    return {"Put": {"TableName": "Orders", "Item": {"id": {"S": key}, "value": {"S": value}}, **more}}


def test_the_old_item_is_given_back(db: Any) -> None:
    """ReturnValues=ALL_OLD of a put and a delete: what was there before; nothing when there was nothing."""
    make_table(db)
    item = {**KEY, "value": {"S": "one"}}
    assert "Attributes" not in db.put_item(TableName="Orders", Item=item, ReturnValues="ALL_OLD")
    assert db.put_item(TableName="Orders", Item=KEY, ReturnValues="ALL_OLD")["Attributes"] == item
    assert db.delete_item(TableName="Orders", Key=KEY, ReturnValues="ALL_OLD")["Attributes"] == KEY
    assert "Attributes" not in db.delete_item(TableName="Orders", Key=KEY, ReturnValues="ALL_OLD")


@pytest.mark.parametrize("verb", ["put_item", "delete_item", "update_item"])
def test_a_condition_decides(db: Any, verb: str) -> None:
    """Conditional writes: ConditionalCheckFailedException, showing the item if asked, and nothing is written."""
    make_table(db)
    put(db, "a", "one")
    members: dict[str, Any] = {"TableName": "Orders", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if verb == "put_item":
        members["Item"] = {**KEY, "value": {"S": "two"}}
    else:
        members["Key"] = KEY
    with pytest.raises(db.exceptions.ConditionalCheckFailedException) as refused:
        getattr(db, verb)(**members, ConditionExpression="attribute_not_exists(id)")
    assert refused.value.response["Item"] == {**KEY, "value": {"S": "one"}}
    assert get(db) == {**KEY, "value": {"S": "one"}}
    getattr(db, verb)(**members, ConditionExpression="attribute_exists(id)")


def test_conditions_of_before_2014_decide_too(db: Any) -> None:
    """Expected: honoured, with numbers compared by value."""
    make_table(db)
    db.put_item(TableName="Orders", Item={**KEY, "n": {"N": "1.5"}})
    wrong, right = ({"n": {"Value": {"N": number}}} for number in ("2", "1.50"))
    for call, members in ((db.put_item, {"Item": KEY}), (db.delete_item, {"Key": KEY})):
        assert refusal(call, TableName="Orders", Expected=wrong, **members)[0] == "ConditionalCheckFailedException"
    db.delete_item(TableName="Orders", Key=KEY, Expected=right)
    assert get(db) is None


@pytest.mark.parametrize(
    "members",
    [{"ConditionExpression": ""}, {"ConditionExpression": "((("}, {"ConditionExpression": "a = :missing"},
     {"ConditionExpression": "#missing = id"}, {"ReturnValues": "ALL_NEW"},
     {"ConditionExpression": "id = id", "Expected": {"id": {"Exists": True, "Value": {"S": "a"}}}}],
)  # fmt: skip
def test_bad_conditions_are_refused(db: Any, members: dict[str, Any]) -> None:
    """Bad input: a ValidationException, never a 500, and nothing is written."""
    make_table(db)
    assert refusal(db.put_item, TableName="Orders", Item=KEY, **members)[0] == "ValidationException"
    assert get(db) is None


def test_updates_create_change_and_remove(db: Any, clock: ManualClock) -> None:
    """UpdateItem: a new key, sets, removals, arithmetic in 38 digits; one change in the log per update."""
    make_table(db)
    protect(db)

    def update(expression: str, **values: Any) -> Any:
        return db.update_item(
            TableName="Orders",
            Key=KEY,
            UpdateExpression=expression,
            ReturnValues="ALL_NEW",
            **({"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}),
        )["Attributes"]

    assert update("SET n = :n, x = :x", n={"N": "1" + "0" * 36}, x={"S": "y"})["x"] == {"S": "y"}
    assert update("SET n = n + :n", n={"N": "1.0"})["n"] == {"N": "1" + "0" * 35 + "1"}
    assert update("ADD s :s REMOVE x", s={"SS": ["a", "b"]}) == {
        **KEY, "n": {"N": "1" + "0" * 35 + "1"}, "s": {"SS": ["a", "b"]},
    }  # fmt: skip
    assert update("DELETE s :s", s={"SS": ["a", "b"]}).get("s") in (None, {"SS": []})
    assert "s" not in get(db)


def test_an_update_that_fails_leaves_nothing(db: Any) -> None:
    """UpdateItem: refused on a new key, it does not leave the bare key behind (moto does)."""
    make_table(db)
    refused = refusal(
        db.update_item,
        TableName="Orders",
        Key=KEY,
        UpdateExpression="SET n = missing + :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
    )
    assert refused[0] == "ValidationException"
    assert get(db) is None


def test_an_update_cannot_touch_the_key(db: Any) -> None:
    """UpdateItem: neither an expression nor the updates of before 2014 change or remove a key attribute."""
    make_table(db)
    put(db, "a")
    for change in (
        {"UpdateExpression": "REMOVE id"},
        {"UpdateExpression": "SET id = :v", "ExpressionAttributeValues": {":v": {"S": "b"}}},
        {"AttributeUpdates": {"id": {"Action": "DELETE"}}},
        {"AttributeUpdates": {"id": {"Action": "PUT", "Value": {"S": "b"}}}},
    ):
        refused = refusal(db.update_item, TableName="Orders", Key=KEY, **change)
        assert refused[0] == "ValidationException"
    assert items(db, "Orders") == {"a": "v"}


def test_an_update_to_too_many_digits_is_refused(db: Any) -> None:
    """Also a number that an update would arrive at has at most 38 digits."""
    make_table(db)
    db.put_item(TableName="Orders", Item={**KEY, "n": {"N": "1" + "0" * 37}})
    refused = refusal(
        db.update_item,
        TableName="Orders",
        Key=KEY,
        UpdateExpression="SET n = n + :n",
        ExpressionAttributeValues={":n": {"N": "0.1"}},
    )
    assert refused[0] == "ValidationException"
    assert get(db)["n"] == {"N": "1" + "0" * 37}


def test_a_batch_writes_to_several_tables(db: Any) -> None:
    """BatchWriteItem: puts and deletes; deleting what is not there is no error."""
    make_table(db)
    make_table(db, "Other")
    put(db, "gone")
    answer = db.batch_write_item(
        RequestItems={
            "Orders": [
                {"PutRequest": {"Item": {"id": {"S": "a"}, "value": {"S": "v"}}}},
                {"DeleteRequest": {"Key": {"id": {"S": "gone"}}}},
                {"DeleteRequest": {"Key": {"id": {"S": "never"}}}},
            ],
            "Other": [{"PutRequest": {"Item": {"id": {"S": "a"}, "value": {"S": "w"}}}}],
        }
    )
    assert answer["UnprocessedItems"] == {}
    assert "ConsumedCapacity" not in answer
    assert (items(db, "Orders"), items(db, "Other")) == ({"a": "v"}, {"a": "w"})


@pytest.mark.parametrize("second", [{"PutRequest": {"Item": {"id": {"S": "a"}, "n": {"N": "1.0"}}}},
                                    {"DeleteRequest": {"Key": {"id": {"S": "a"}, "n": {"N": "1.0"}}}}])  # fmt: skip
def test_a_batch_names_each_key_once(db: Any, second: dict[str, Any]) -> None:
    """Two puts of one key, or a put and a delete, are refused, in whatever spelling; nothing is written."""
    make_table(db, sort=True)
    first = {"PutRequest": {"Item": {"id": {"S": "a"}, "n": {"N": "1"}}}}
    refused = refusal(db.batch_write_item, RequestItems={"Orders": [first, second]})
    assert refused == ("ValidationException", "Provided list of item keys contains duplicates")
    assert db.scan(TableName="Orders")["Count"] == 0


def test_a_bad_batch_writes_nothing(db: Any) -> None:
    """BatchWriteItem: one bad item, or 26 of them, and none is written."""
    make_table(db)
    good = {"PutRequest": {"Item": KEY}}
    for requests in (
        [good, {"PutRequest": {"Item": {"id": {"N": "1"}}}}],
        [{"PutRequest": {"Item": {"id": {"S": str(number)}}}} for number in range(26)],
        [good, {}],
    ):
        assert refusal(db.batch_write_item, RequestItems={"Orders": requests})[0] == "ValidationException"
    assert db.scan(TableName="Orders")["Count"] == 0


def test_a_transaction_is_all_or_none(db: Any) -> None:
    """TransactWriteItems: one failed condition and nothing is written; the reasons stand in the order of the ops."""
    make_table(db)
    put(db, "a", "old")
    put(db, "b", "old")
    reasons = cancelled(
        db,
        [
            put_op("new"),
            {"Delete": {"TableName": "Orders", "Key": {"id": {"S": "b"}}}},
            put_op("a", "changed", ConditionExpression="attribute_not_exists(id)"),
            {
                "Update": {
                    "TableName": "Orders",
                    "Key": {"id": {"S": "c"}},
                    "UpdateExpression": "SET x = :x",
                    "ExpressionAttributeValues": {":x": {"S": "y"}},
                }
            },
        ],
    )
    assert reasons == ["None", "None", "ConditionalCheckFailed", "None"]
    assert items(db, "Orders") == {"a": "old", "b": "old"}


def test_a_transaction_does_all_of_it(db: Any) -> None:
    """TransactWriteItems: put, update, delete and check together, up to 100 items, on several tables."""
    make_table(db)
    make_table(db, "Other")
    put(db, "gone")
    put(db, "checked")
    other = {"TableName": "Other", "Item": {"id": {"S": "a"}, "value": {"S": "w"}}}
    check = {"TableName": "Orders", "Key": {"id": {"S": "checked"}}, "ConditionExpression": "attribute_exists(id)"}
    db.transact_write_items(
        TransactItems=[
            {"Put": other},
            {"Delete": {"TableName": "Orders", "Key": {"id": {"S": "gone"}}}},
            {"ConditionCheck": check},
            *(put_op(f"k{number}") for number in range(97)),
        ]
    )
    assert items(db, "Other") == {"a": "w"}
    assert items(db, "Orders") == {"checked": "v", **{f"k{number}": "v" for number in range(97)}}


@pytest.mark.parametrize(
    "ops",
    [[put_op("a"), {"Delete": {"TableName": "Orders", "Key": KEY}}], [put_op(str(n)) for n in range(101)],
     [{**put_op("a"), "Delete": {"TableName": "Orders", "Key": KEY}}], [put_op("")],
     [{"Put": {"TableName": "Orders", "Item": {"id": {"S": "a"}, "n": {"N": "x"}}}}]],
    ids=["a key twice", "101 items", "two verbs", "empty key", "no number"],
)  # fmt: skip
def test_bad_transactions_are_refused(db: Any, ops: list[Any]) -> None:
    """A key may be named once, and only 100 of them; a ValidationException, and nothing is written."""
    make_table(db)
    assert refusal(db.transact_write_items, TransactItems=ops)[0] == "ValidationException"
    assert db.scan(TableName="Orders")["Count"] == 0


def test_a_token_makes_repeating_harmless(db: Any, clock: ManualClock) -> None:
    """TransactWriteItems: the same token and request within ten minutes is done once; another request is refused."""
    make_table(db)
    add = {
        "Update": {
            "TableName": "Orders",
            "Key": KEY,
            "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": "1"}},
        }
    }
    for _ in range(3):
        db.transact_write_items(TransactItems=[add], ClientRequestToken="token")
    assert get(db)["n"] == {"N": "1"}
    mismatch = refusal(db.transact_write_items, TransactItems=[put_op("b")], ClientRequestToken="token")
    assert mismatch[0] == "IdempotentParameterMismatchException"
    clock.set_forward(START_AT + 601)
    db.transact_write_items(TransactItems=[add], ClientRequestToken="token")
    assert get(db)["n"] == {"N": "2"}


def test_partiql_goes_through_the_same_log(db: Any, clock: ManualClock) -> None:
    """DESIGN 8: what moto writes by ways of its own is in the past states too."""
    make_table(db)
    protect(db)
    db.execute_statement(Statement="INSERT INTO Orders VALUE {'id': 'a', 'value': 'one'}")
    clock.set_forward(START_AT + 10)
    db.execute_statement(Statement="UPDATE Orders SET \"value\" = 'two' WHERE id = 'a'")
    clock.set_forward(START_AT + 20)
    db.execute_statement(Statement="DELETE FROM Orders WHERE id = 'a'")
    assert items(db, "Orders") == {}
    clock.set_forward(START_AT + 1000)
    for second, expected in ((5, {"a": "one"}), (15, {"a": "two"}), (25, {})):
        target = f"At{second}"
        db.restore_table_to_point_in_time(
            SourceTableName="Orders", TargetTableName=target, RestoreDateTime=START_AT + second
        )
        clock.set_forward(clock.now() + 300)
        assert items(db, target) == expected


def test_writes_of_one_request_have_one_instant(machine: TimeMachine, db: Any, clock: ManualClock) -> None:
    """DESIGN 8: a batch and a transaction are in a past state whole or not at all; an update is one change."""
    make_table(db)
    protect(db)
    db.update_item(
        TableName="Orders", Key=KEY, UpdateExpression="SET x = :x", ExpressionAttributeValues={":x": {"S": "y"}}
    )
    db.transact_write_items(TransactItems=[put_op("b"), put_op("c")])
    log = machine.fleet.at("123456789012", "us-east-1").tables["Orders"].log.changes
    assert len(log) == 3
    assert [change.new.sequence for change in log] == [1, 2, 3]
    assert log[1].new.at == log[2].new.at
    assert log[0].old is None


def test_index_keys_are_of_the_declared_type(db: Any) -> None:
    """A put, an update and a batch with a value of another type for an index key are refused."""
    index = {
        "IndexName": "by-value",
        "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    make_table(db, MoreAttributes=[{"AttributeName": "value", "AttributeType": "S"}], GlobalSecondaryIndexes=[index])
    bad = {**KEY, "value": {"N": "1"}}
    calls = [
        (db.put_item, {"TableName": "Orders", "Item": bad}),
        (db.batch_write_item, {"RequestItems": {"Orders": [{"PutRequest": {"Item": bad}}]}}),
        (
            db.update_item,
            {
                "TableName": "Orders",
                "Key": KEY,
                "UpdateExpression": "SET #v = :v",
                "ExpressionAttributeNames": {"#v": "value"},
                "ExpressionAttributeValues": {":v": {"N": "1"}},
            },
        ),
    ]
    for call, members in calls:
        assert refusal(call, **members)[0] == "ValidationException"
    assert get(db) is None


def test_accounts_of_one_machine_have_clocks_in_common(machine: TimeMachine, clock: ManualClock) -> None:
    """One machine, one time: a jump is seen from every account and Region."""
    clock.set_forward(START_AT + 60)
    answers = [
        connect(machine, region=region).list_tables()["ResponseMetadata"]["HTTPHeaders"]["date"]
        for region in ("us-east-1", "eu-west-1")
    ]
    assert answers == ["Tue, 14 Nov 2023 22:14:20 GMT"] * 2
