"""Tables and items that the contract's tests begin with."""

from typing import Any

KEY = {"AttributeName": "id", "KeyType": "HASH"}
SORT = {"AttributeName": "n", "KeyType": "RANGE"}
INDEXED = [{"AttributeName": "g", "AttributeType": "S"}]


def index(name: str, partition: str = "g", sort: str | None = None, projection: str = "ALL") -> dict[str, Any]:
    """An index as CreateTable takes it."""
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    if sort:
        keys.append({"AttributeName": sort, "KeyType": "RANGE"})
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": projection}}


def by_group(**options: str) -> dict[str, Any]:
    """What make_table takes for a global index `by-g` on the string `g`."""
    return {"MoreAttributes": INDEXED, "GlobalSecondaryIndexes": [index("by-g", **options)]}


def fill(db: Any, *items: dict[str, Any], table: str = "Orders") -> None:
    """Put items of plain values."""
    for item in items:
        db.put_item(TableName=table, Item=wire(item))


def rows(db: Any, partition: str, count: int, **attributes: Any) -> None:
    """Put `count` items of one partition, whose sort keys are 1, 2, ..."""
    fill(db, *({"id": partition, "n": n, **attributes} for n in range(1, count + 1)))


def wire(item: dict[str, Any]) -> dict[str, Any]:
    """Plain values as the wire has them; what is typed already stays."""
    return {name: typed(value) for name, value in item.items()}


def typed(value: Any) -> dict[str, Any]:
    """A string, a number, a boolean, None, a list, or what is typed already."""
    match value:
        case dict():
            return value
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case list():
            return {"L": [typed(each) for each in value]}
    return {"S": value}


def plain(item: dict[str, Any] | None) -> dict[str, Any]:
    """An item without its types, for what has no sets in it; an empty one where there is none."""
    return {name: _untyped(value) for name, value in (item or {}).items()}


def _untyped(value: dict[str, Any]) -> Any:
    ((kind, inside),) = value.items()
    match kind:
        case "L":
            return [_untyped(each) for each in inside]
        case "M":
            return plain(inside)
        case "N":
            return float(inside) if "." in inside else int(inside)
        case "NULL":
            return None
    return inside


def get(db: Any, key: str = "a", table: str = "Orders", **more: Any) -> dict[str, Any]:
    """An item of plain values, by its partition key."""
    return plain(db.get_item(TableName=table, Key=wire({"id": key, **more}), ConsistentRead=True).get("Item"))


def update(db: Any, expression: str, *, key: str = "a", names: dict[str, str] | None = None, **values: Any) -> Any:
    """Update an item by an expression whose `:x` are the values, and give the answer with all new attributes."""
    members: dict[str, Any] = {"UpdateExpression": expression, "ReturnValues": "ALL_NEW"}
    if values:
        members["ExpressionAttributeValues"] = placeholders(**values)
    if names:
        members["ExpressionAttributeNames"] = names
    return plain(db.update_item(TableName="Orders", Key={"id": {"S": key}}, **members)["Attributes"])


def placeholders(**values: Any) -> dict[str, Any]:
    """Values by their placeholders."""
    return {f":{name}": typed(value) for name, value in values.items()}


def plains(answer: Any) -> list[dict[str, Any]]:
    """The items of a query or scan, without types."""
    return [plain(item) for item in answer["Items"]]


def settled(db: Any) -> None:
    """Wait until every index of the table is built: DynamoDB Local builds them in the background.

    Each look is a request that it answers in the meantime; there is no sleeping.
    """
    for _ in range(20_000):
        indexes = db.describe_table(TableName="Orders")["Table"].get("GlobalSecondaryIndexes", [])
        if all(each.get("IndexStatus", "ACTIVE") == "ACTIVE" for each in indexes):
            return
    raise AssertionError(f"an index is still not ACTIVE: {indexes}")
