"""The requests that users send, held to what DynamoDB makes of them."""

import pytest
from dynadrill.drills.load.requests import batch_request, entry_item, request
from dynadrill.drills.scenario import Operation
from dynadrill.drills.values import Change, key_of

KEYS = ("CustomerId", "OrderId")
BARE = {"CustomerId": {"S": "c"}, "OrderId": {"S": "o"}}
ITEM = {**BARE, "name": {"S": "x"}, "size": {"N": "1"}}
KEY = key_of(BARE, KEYS)


def test_a_get_is_strongly_consistent() -> None:
    """A user's read sees every write that was acknowledged before it."""
    method, parameters = request(Operation("get", (Change(KEY, None),)), "t")
    assert method == "get_item"
    assert parameters == {"TableName": "t", "Key": BARE, "ConsistentRead": True}


def test_a_put_is_unconditional() -> None:
    """A put writes the whole item."""
    assert request(Operation("put", (Change(KEY, ITEM),)), "t") == ("put_item", {"TableName": "t", "Item": ITEM})


def test_a_delete_needs_something_to_delete() -> None:
    """A delete is on condition that there is an item under the key: else it would leave no trace in a stream."""
    method, parameters = request(Operation("delete", (Change(KEY, None),)), "t")
    assert method == "delete_item"
    assert parameters["Key"] == BARE
    assert parameters["ConditionExpression"] == "attribute_exists(#key)"
    assert parameters["ExpressionAttributeNames"]["#key"] in KEYS


def test_an_insert_needs_a_free_key() -> None:
    """An insert is a put on condition that there is no item under the key."""
    method, parameters = request(Operation("insert", (Change(KEY, ITEM),)), "t")
    assert method == "put_item"
    assert parameters["Item"] == ITEM
    assert parameters["ConditionExpression"] == "attribute_not_exists(#key)"
    assert parameters["ExpressionAttributeNames"]["#key"] in KEYS


def test_an_update_sets_all_but_the_key() -> None:
    """An update sets every attribute that is not of the key, on condition that the item exists."""
    method, parameters = request(Operation("update", (Change(KEY, ITEM),)), "t")
    names, values = parameters["ExpressionAttributeNames"], parameters["ExpressionAttributeValues"]
    sets = [part.split(" = ") for part in parameters["UpdateExpression"].removeprefix("SET ").split(", ")]
    assert method == "update_item"
    assert parameters["Key"] == BARE
    assert {names[name]: values[value] for name, value in sets} == {"name": {"S": "x"}, "size": {"N": "1"}}
    assert parameters["ConditionExpression"] == "attribute_exists(#key)"
    assert names["#key"] in KEYS


def test_an_update_of_nothing_but_the_key_still_has_its_condition() -> None:
    """An item that is only its key has nothing to set: an empty SET would be refused."""
    parameters = request(Operation("update", (Change(KEY, BARE),)), "t").parameters
    assert "UpdateExpression" not in parameters
    assert parameters["ConditionExpression"] == "attribute_exists(#key)"


def test_a_transaction_puts_all_its_items() -> None:
    """A transaction is puts of several keys."""
    other = {**ITEM, "OrderId": {"S": "p"}}
    operation = Operation("transaction", (Change(KEY, ITEM), Change(key_of(other, KEYS), other)))
    method, parameters = request(operation, "t")
    assert method == "transact_write_items"
    puts = [{"Put": {"TableName": "t", "Item": item}} for item in (ITEM, other)]
    assert parameters["TransactItems"] == puts


def test_a_transaction_says_what_it_depends_on() -> None:
    """Each put has the condition that its item has the attributes that it was read with; one without has none."""
    other = {**ITEM, "OrderId": {"S": "p"}}
    changes = (Change(KEY, ITEM), Change(key_of(other, KEYS), other))
    operation = Operation("transaction", changes, only_if=({"name": {"S": "y"}, "size": {"N": "2"}}, {}))
    conditional, bare = (entry["Put"] for entry in request(operation, "t").parameters["TransactItems"])
    assert conditional["ConditionExpression"] == "#0 = :0 AND #1 = :1"
    assert conditional["ExpressionAttributeNames"] == {"#0": "name", "#1": "size"}
    assert conditional["ExpressionAttributeValues"] == {":0": {"S": "y"}, ":1": {"N": "2"}}
    assert bare == {"TableName": "t", "Item": other}
    with pytest.raises(ValueError, match="shorter"):
        request(Operation("transaction", changes, only_if=({},)), "t")


def test_a_batch_puts_and_deletes() -> None:
    """A batch has one entry per change, from which the key can be read again."""
    method, parameters = batch_request([Change(KEY, ITEM), Change(KEY, None)], "t")
    entries = parameters["RequestItems"]["t"]
    assert method == "batch_write_item"
    assert entries == [{"PutRequest": {"Item": ITEM}}, {"DeleteRequest": {"Key": BARE}}]
    assert [key_of(entry_item(entry), KEYS) for entry in entries] == [KEY, KEY]


@pytest.mark.parametrize("kind", ["put", "insert", "update"])
def test_a_write_needs_its_item(kind: str) -> None:
    """A script that writes nothing is a defect, not a request."""
    with pytest.raises(AssertionError):
        request(Operation(kind, (Change(KEY, None),)), "t")  # type: ignore[arg-type] # one of the kinds
