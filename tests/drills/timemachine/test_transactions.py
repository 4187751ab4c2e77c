"""TransactWriteItems and TransactGetItems: all or none, reasons, tokens, limits, and many at a time."""

import threading
from random import Random
from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import START_AT, connect, items, make_table, put, refusal

KEY = {"id": {"S": "a"}}
ONE = {":n": {"N": "1"}}


def step(verb: str, key: str, **members: Any) -> dict[str, Any]:
    """A step of a transaction on one key."""
    where = {"Item": {"id": {"S": key}, **members.pop("more", {})}} if verb == "Put" else {"Key": {"id": {"S": key}}}
    return {verb: {"TableName": "Orders", **where, **members}}


def update(key: str, expression: str, **values: Any) -> dict[str, Any]:
    """An update as a step."""
    given = {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}
    return step("Update", key, UpdateExpression=expression, **given)


def cancelled(db: Any, *steps: Any) -> list[Any]:
    """The reasons for which a transaction is cancelled; what its message says is what they say."""
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=list(steps))
    response = caught.value.response
    reasons: list[Any] = response["CancellationReasons"]
    codes = ", ".join(reason["Code"] for reason in reasons)
    assert response["Error"] == {
        "Code": "TransactionCanceledException",
        "Message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
    }
    return reasons


def test_reasons_stand_in_the_order_of_the_steps(db: Any) -> None:
    """Each step has its reason; a failed condition shows the item to who asks for it, and only then."""
    make_table(db)
    put(db, "a")
    fails = {"ConditionExpression": "attribute_not_exists(id)"}
    reasons = cancelled(
        db,
        step("Put", "new"),
        step("Put", "a", ReturnValuesOnConditionCheckFailure="ALL_OLD", **fails),
        step(
            "ConditionCheck",
            "b",
            ConditionExpression="attribute_exists(id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        ),
        step("Delete", "c", ConditionExpression="attribute_exists(id)"),
    )
    failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    assert reasons == [{"Code": "None"}, {**failed, "Item": {**KEY, "value": {"S": "v"}}}, failed, failed]
    assert items(db, "Orders") == {"a": "v"}


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        (
            update("a", "SET x = gone + :n", n={"N": "1"}),
            "The provided expression refers to an attribute that does not exist in the item",
        ),
        (
            update("a", "SET value2.x = :n", n={"N": "1"}),
            "The document path provided in the update expression is invalid for update",
        ),
        (
            update("a", "SET x = #v + :n", n={"N": "1"}),
            "An operand in the update expression has an incorrect data type",
        ),
        (
            update("a", "SET x = :n, y = :n", n={"S": "x" * 250_000}),
            "Item size to update has exceeded the maximum allowed size",
        ),
        (
            update("a", "SET id = :n", n={"S": "x"}),
            "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
        ),
        (
            update("a", "SET g = :n", n={"N": "1"}),
            (
                "One or more parameter values were invalid: The update expression attempted to update the "
                "secondary index key to unsupported type"
            ),
        ),
        (
            step("Put", "a", more={"g": {"N": "1"}}),
            (
                "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S "
                "Actual: N IndexName: by-g"
            ),
        ),
        (
            {"Put": {"TableName": "Orders", "Item": {"id": {"N": "1"}}}},
            "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
        ),
    ],
    ids=["missing", "path", "type", "size", "key", "index update", "index put", "key type"],
)
def test_what_does_not_fit_its_item_cancels(db: Any, bad: dict[str, Any], text: str) -> None:
    """API reference, TransactionCanceledException: a ValidationError is the step's reason, and nothing is written."""
    index = {
        "IndexName": "by-g",
        "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    make_table(db, MoreAttributes=[{"AttributeName": "g", "AttributeType": "S"}], GlobalSecondaryIndexes=[index])
    put(db, "a")
    if "#v" in str(bad):
        bad = {"Update": {**bad["Update"], "ExpressionAttributeNames": {"#v": "value"}}}
    reasons = cancelled(db, step("Put", "new"), bad)
    assert reasons == [{"Code": "None"}, {"Code": "ValidationError", "Message": text}]
    assert items(db, "Orders") == {"a": "v"}


@pytest.mark.parametrize(
    "bad",
    [
        update("b", "SET x = :n + :n", n={"S": "x"}),
        update("b", "SET x = :gone"),
        step("Put", ""),
        {"Update": {"TableName": "Orders", "Key": KEY}},
        {"ConditionCheck": {"TableName": "Orders", "Key": KEY}},
        {"Delete": {"TableName": "Orders", "Key": {"other": {"S": "x"}}}},
        step("Put", "b", ConditionExpression="((("),
        step("Put", "b", more={"x": {"S": "x" * 410_000}}),
        step("Put", "b", ExpressionAttributeNames={"#a": "b"}),
        step("Put", "b", more={"x": {"SS": ["a", "a"]}}),
        {},
    ],
)
def test_what_is_malformed_is_refused(machine: TimeMachine, db: Any, bad: dict[str, Any]) -> None:
    """What is wrong without looking at any item is a ValidationException of the whole request."""
    make_table(db)
    body = orjson.dumps({"TransactItems": [step("Put", "a"), bad]})
    answer = machine.handle("DynamoDB_20120810.TransactWriteItems", body, region="us-east-1")
    assert (answer.status, orjson.loads(answer.body)["__type"].partition("#")[2]) == (400, "ValidationException")
    assert db.scan(TableName="Orders")["Count"] == 0


def test_a_transaction_has_at_most_4_megabytes(db: Any) -> None:
    """4 MB of items, not more; what is read has the same limit."""
    make_table(db)
    large = {"x": {"S": "x" * 400_000}}
    steps = [step("Put", f"k{number}", more=large) for number in range(11)]
    assert refusal(db.transact_write_items, TransactItems=steps) == (
        "ValidationException", "Transaction payload size cannot exceed 4MB",
    )  # fmt: skip
    assert db.scan(TableName="Orders")["Count"] == 0
    db.transact_write_items(TransactItems=steps[:10])
    db.put_item(TableName="Orders", Item=steps[10]["Put"]["Item"])
    gets = [{"Get": {"TableName": "Orders", "Key": {"id": {"S": f"k{number}"}}}} for number in range(11)]
    assert len(db.transact_get_items(TransactItems=gets[:10])["Responses"]) == 10
    assert refusal(db.transact_get_items, TransactItems=gets)[0] == "ValidationException"


def test_a_read_names_each_item_once(db: Any) -> None:
    """TransactGetItems: the same key twice is refused."""
    make_table(db)
    assert refusal(db.transact_get_items, TransactItems=[{"Get": {"TableName": "Orders", "Key": KEY}}] * 2) == (
        "ValidationException", "Transaction request cannot include multiple operations on one item",
    )  # fmt: skip


def test_transactions_cost_twice(db: Any) -> None:
    """ReturnConsumedCapacity: two units for each of a plain write or read, and which kind they are."""
    make_table(db)
    told = db.transact_write_items(TransactItems=[step("Put", "a"), step("Put", "b")], ReturnConsumedCapacity="TOTAL")
    assert told["ConsumedCapacity"] == [{"TableName": "Orders", "CapacityUnits": 4.0, "WriteCapacityUnits": 4.0}]
    get = {"Get": {"TableName": "Orders", "Key": KEY}}
    told = db.transact_get_items(TransactItems=[get], ReturnConsumedCapacity="TOTAL")
    assert told["ConsumedCapacity"] == [{"TableName": "Orders", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}]


def test_a_refused_transaction_keeps_its_token_free(db: Any) -> None:
    """ClientRequestToken: one that was cancelled was not done; it may be sent again, and is then done once."""
    make_table(db)
    add = update("a", "ADD n :n", n={"N": "1"})
    add["Update"]["ConditionExpression"] = "attribute_exists(id)"
    for _ in range(2):
        with pytest.raises(ClientError):
            db.transact_write_items(TransactItems=[add], ClientRequestToken="token")
    put(db, "a")
    for _ in range(2):
        db.transact_write_items(TransactItems=[add], ClientRequestToken="token")
    assert db.get_item(TableName="Orders", Key=KEY)["Item"]["n"] == {"N": "1"}
    long = refusal(db.transact_write_items, TransactItems=[add], ClientRequestToken="x" * 37)
    assert "less than or equal to 36" in long[1]


ACCOUNTS = 12
HELD = 100


def transfer(machine: TimeMachine, random: Random) -> int:
    """Move 1 from an account that has it to another; the status of the answer."""
    giver, taker = random.sample(range(ACCOUNTS), 2)
    take = {**update(f"k{giver}", "SET n = n - :n", n={"N": "1"})["Update"], "ConditionExpression": "n >= :n"}
    give = update(f"k{taker}", "ADD n :n", n={"N": "1"})
    body = orjson.dumps({"TransactItems": [{"Update": take}, give]})
    return machine.handle("DynamoDB_20120810.TransactWriteItems", body, region="us-east-1").status


def held(machine: TimeMachine) -> int:
    """What all accounts hold, read in one transaction."""
    gets = [{"Get": {"TableName": "Orders", "Key": {"id": {"S": f"k{number}"}}}} for number in range(ACCOUNTS)]
    answer = machine.handle(
        "DynamoDB_20120810.TransactGetItems", orjson.dumps({"TransactItems": gets}), region="us-east-1"
    )
    return sum(int(each["Item"]["n"]["N"]) for each in orjson.loads(answer.body)["Responses"])


def test_a_sum_is_conserved() -> None:
    """Six threads move money between accounts: every transactional read, and the end, finds the same sum."""
    machine = TimeMachine(ManualClock(START_AT))
    db = connect(machine)
    make_table(db)
    for number in range(ACCOUNTS):
        db.put_item(TableName="Orders", Item={"id": {"S": f"k{number}"}, "n": {"N": str(HELD)}})
    seen: list[int] = []
    statuses: list[int] = []

    def work(seed: int) -> None:
        random = Random(seed)
        for _ in range(150):
            statuses.append(transfer(machine, random))
            seen.append(held(machine))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {ACCOUNTS * HELD}
    assert len(statuses) == 900
    assert set(statuses) <= {200, 400}
    assert all(int(item["n"]["N"]) >= 0 for item in db.scan(TableName="Orders")["Items"])


def test_a_ring_stays_a_ring() -> None:
    """Five threads move members of a ring of pointers, three pointers at a time: it stays one ring of all."""
    machine = TimeMachine(ManualClock(START_AT))
    db = connect(machine)
    make_table(db)
    size = 10
    for number in range(size):
        db.put_item(TableName="Orders", Item={"id": {"S": str(number)}, "to": {"S": str((number + 1) % size)}})

    done: list[int] = []

    def following(key: str) -> str:
        body = orjson.dumps({"TableName": "Orders", "Key": {"id": {"S": key}}})
        answer = machine.handle("DynamoDB_20120810.GetItem", body, region="us-east-1")
        return str(orjson.loads(answer.body)["Item"]["to"]["S"])

    def swap(first: str) -> None:
        second = following(first)
        third = following(second)
        fourth = following(third)
        if len({first, second, third, fourth}) < 4:
            return
        moves = [(first, second, third), (second, third, fourth), (third, fourth, second)]
        steps = [
            {**update(key, "SET #to = :new", new={"S": new}, old={"S": old})["Update"],
             "ConditionExpression": "#to = :old", "ExpressionAttributeNames": {"#to": "to"}}
            for key, old, new in moves
        ]  # fmt: skip
        body = orjson.dumps({"TransactItems": [{"Update": each} for each in steps]})
        done.append(machine.handle("DynamoDB_20120810.TransactWriteItems", body, region="us-east-1").status)

    def work(seed: int) -> None:
        random = Random(seed)
        for _ in range(100):
            swap(str(random.randrange(size)))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ring, at = [], "0"
    for _ in range(size):
        ring.append(at)
        at = following(at)
    assert (at, len(set(ring))) == ("0", size)
    assert 200 in done
