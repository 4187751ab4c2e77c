"""The request by which DynamoDB is asked for each thing that a user does."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..scenario import Operation
from ..values import Change, Item, key_item


class Request(NamedTuple):
    """One call of a boto3 client: the name of its method, and its parameters."""

    method: str
    parameters: dict[str, Any]


def request(operation: Operation, table: str) -> Request:
    """The call that does an operation on a table."""
    change = operation.changes[0]
    key = key_item(change.key)
    match operation.kind:
        case "get":
            return Request("get_item", {"TableName": table, "Key": key, "ConsistentRead": True})
        case "put":
            return Request("put_item", {"TableName": table, "Item": _item(change)})
        case "insert":
            return Request(
                "put_item", {"TableName": table, "Item": _item(change), **_only_if("attribute_not_exists", key)}
            )
        case "update":
            return Request("update_item", {"TableName": table, "Key": key, **_set_all_but(key, _item(change))})
        case "delete":
            return Request("delete_item", {"TableName": table, "Key": key, **_only_if("attribute_exists", key)})
        case "transaction":
            holds = operation.only_if or ({},) * len(operation.changes)
            puts = [
                {"Put": {"TableName": table, "Item": _item(part), **_only_with(attributes)}}
                for part, attributes in zip(operation.changes, holds, strict=True)
            ]
            return Request("transact_write_items", {"TransactItems": puts})


def batch_request(changes: Sequence[Change], table: str) -> Request:
    """The BatchWriteItem that puts and deletes; DynamoDB takes up to 25 changes of different keys."""
    entries = [
        {"DeleteRequest": {"Key": key_item(change.key)}}
        if change.value is None
        else {"PutRequest": {"Item": change.value}}
        for change in changes
    ]
    return Request("batch_write_item", {"RequestItems": {table: entries}})


def one_request(change: Change, table: str, condition: Mapping[str, Any]) -> Request:
    """The put or the delete of one key on a condition."""
    if change.value is None:
        return Request("delete_item", {"TableName": table, "Key": key_item(change.key), **condition})
    return Request("put_item", {"TableName": table, "Item": change.value, **condition})


def transaction_request(changes: Sequence[Change], table: str) -> Request:
    """The TransactWriteItems that puts and deletes up to 100 different keys."""
    actions: list[dict[str, Any]] = [
        {"Delete": {"TableName": table, "Key": key_item(change.key)}}
        if change.value is None
        else {"Put": {"TableName": table, "Item": change.value}}
        for change in changes
    ]
    return Request("transact_write_items", {"TransactItems": actions})


def entry_item(entry: Mapping[str, Any]) -> Item:
    """The item, or the bare key, that an entry of a BatchWriteItem (or of its UnprocessedItems) speaks of."""
    item: Item = entry["PutRequest"]["Item"] if "PutRequest" in entry else entry["DeleteRequest"]["Key"]
    return item


def _only_if(function: str, key: Item) -> dict[str, Any]:
    """A condition on there being an item: any attribute of the key exists exactly when the item does."""
    return {"ConditionExpression": f"{function}(#key)", "ExpressionAttributeNames": {"#key": next(iter(key))}}


def _only_with(attributes: Item) -> dict[str, Any]:
    """A condition on the item having some attributes of these very values; on nothing, where there are none."""
    if not attributes:
        return {}
    numbered = list(enumerate(attributes.items()))
    return {
        "ConditionExpression": " AND ".join(f"#{number} = :{number}" for number, _ in numbered),
        "ExpressionAttributeNames": {f"#{number}": name for number, (name, _) in numbered},
        "ExpressionAttributeValues": {f":{number}": value for number, (_, value) in numbered},
    }


def _set_all_but(key: Item, item: Item) -> dict[str, Any]:
    """Set every attribute but the key's, on condition that the item exists: what is left is the whole item."""
    condition = _only_if("attribute_exists", key)
    values = {name: value for name, value in item.items() if name not in key}
    if not values:
        return condition
    names = {f"#{number}": name for number, name in enumerate(values)}
    return {
        **condition,
        "UpdateExpression": "SET " + ", ".join(f"#{number} = :{number}" for number in range(len(values))),
        "ExpressionAttributeNames": {**condition["ExpressionAttributeNames"], **names},
        "ExpressionAttributeValues": {f":{number}": value for number, value in enumerate(values.values())},
    }


def _item(change: Change) -> Item:
    assert change.value is not None, "only a get and a delete have no item"
    return change.value
