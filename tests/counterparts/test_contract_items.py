"""Single items: put, read, changed and deleted alike at every place."""

from typing import Any

import pytest

from ..drills.timemachine.support import make_table, refusal
from .tables import fill, get, plain, update, wire

A = {"id": {"S": "a"}}


@pytest.fixture(autouse=True)
def table(db: Any) -> None:
    """A table keyed by `id`."""
    make_table(db)


def test_what_was_put_is_read(db: Any) -> None:
    """An item comes back as it was put."""
    fill(db, {"id": "a", "name": "x", "n": 5, "ok": True, "none": None, "list": ["y", 1]})
    assert get(db) == {"id": "a", "name": "x", "n": 5, "ok": True, "none": None, "list": ["y", 1]}


def test_nothing_is_read_where_nothing_is(db: Any) -> None:
    """GetItem of a missing item answers without Item."""
    assert "Item" not in db.get_item(TableName="Orders", Key=A)


def test_a_put_replaces_the_whole_item(db: Any) -> None:
    """A second put leaves nothing of the first."""
    fill(db, {"id": "a", "old": "x"}, {"id": "a", "new": "y"})
    assert get(db) == {"id": "a", "new": "y"}


def test_a_put_can_show_what_was_there(db: Any) -> None:
    """ALL_OLD of PutItem gives the item that was replaced, and nothing at the first put."""
    item = wire({"id": "a", "v": 1})
    assert "Attributes" not in db.put_item(TableName="Orders", Item=item, ReturnValues="ALL_OLD")
    assert db.put_item(TableName="Orders", Item=wire({"id": "a"}), ReturnValues="ALL_OLD")["Attributes"] == item


def test_a_delete_can_show_what_was_there(db: Any) -> None:
    """ALL_OLD of DeleteItem gives the item that is gone."""
    fill(db, {"id": "a", "v": 1})
    gone = db.delete_item(TableName="Orders", Key=A, ReturnValues="ALL_OLD")["Attributes"]
    assert plain(gone) == {"id": "a", "v": 1}
    assert get(db) == {}


def test_deleting_nothing_succeeds(db: Any) -> None:
    """DeleteItem of a missing item is no error and shows nothing."""
    assert "Attributes" not in db.delete_item(TableName="Orders", Key=A, ReturnValues="ALL_OLD")


@pytest.mark.parametrize("shown", ["ALL_NEW", "UPDATED_NEW", "UPDATED_OLD"])
@pytest.mark.parametrize("operation", ["put_item", "delete_item"])
def test_only_updates_show_more_than_all_old(db: Any, operation: str, shown: str) -> None:
    """PutItem and DeleteItem take no other ReturnValues than NONE and ALL_OLD."""
    members: dict[str, Any] = {"Item": A} if operation == "put_item" else {"Key": A}
    found = refusal(getattr(db, operation), TableName="Orders", ReturnValues=shown, **members)
    assert found == ("ValidationException", "Return values set to invalid value")


PROJECTIONS: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "one": ("v", {}, {"v": 1}),
    "missing": ("nope", {}, {}),
    "nested": ("m.k", {}, {"m": {"k": "x"}}),
    "place": ("l[1]", {}, {"l": [2]}),
    "places": ("l[2], l[0]", {}, {"l": [1, 3]}),
    "named": ("#v, id", {"#v": "v"}, {"v": 1, "id": "a"}),
    "deep": ("m.l[0].x", {}, {"m": {"l": [{"x": 7}]}}),
    "past-the-end": ("l[9]", {}, {}),
}


@pytest.mark.parametrize("paths", PROJECTIONS)
def test_projections(db: Any, paths: str) -> None:
    """ProjectionExpression shows the named paths and nothing else; what is not there is left out."""
    expression, names, expected = PROJECTIONS[paths]
    deep = {"L": [{"M": {"x": {"N": "7"}, "y": {"N": "8"}}}]}
    fill(db, {"id": "a", "v": 1, "l": [1, 2, 3], "m": {"M": {"k": {"S": "x"}, "l": deep}}})
    members = {"ExpressionAttributeNames": names} if names else {}
    found = db.get_item(TableName="Orders", Key=A, ProjectionExpression=expression, **members)
    assert plain(found.get("Item")) == expected


BAD_PROJECTIONS = {
    "empty": "",
    "syntax": "a..b",
    "twice": "v, v",
    "overlap": "m, m.k",
    "reserved": "name",
    "undefined": "#x",
}


@pytest.mark.parametrize("wrong", BAD_PROJECTIONS)
def test_projections_that_cannot_be(db: Any, wrong: str) -> None:
    """An empty, malformed, repeating, reserved or undefined path is refused."""
    name, text = refusal(db.get_item, TableName="Orders", Key=A, ProjectionExpression=BAD_PROJECTIONS[wrong])
    assert name == "ValidationException"
    assert text.startswith("Invalid ProjectionExpression: ")


BAD_KEYS: dict[str, dict[str, Any]] = {
    "missing": {},
    "other": {"x": {"S": "a"}},
    "too-many": {"id": {"S": "a"}, "x": {"S": "a"}},
    "type": {"id": {"N": "1"}},
    "empty": {"id": {"S": ""}},
    "two-types": {"id": {"S": "a", "N": "1"}},
    "no-type": {"id": {}},
    "too-long": {"id": {"S": "x" * 2049}},
}


@pytest.mark.parametrize("wrong", BAD_KEYS)
@pytest.mark.parametrize("operation", ["get_item", "delete_item", "update_item"])
def test_keys_that_cannot_be(db: Any, operation: str, wrong: str) -> None:
    """A key that does not match the schema is refused with ValidationException."""
    name, _ = refusal(getattr(db, operation), TableName="Orders", Key=BAD_KEYS[wrong])
    assert name == "ValidationException"


def test_a_partition_key_may_have_2048_bytes(db: Any) -> None:
    """The longest partition key is stored and found again."""
    fill(db, {"id": "x" * 2048})
    assert get(db, "x" * 2048)


def test_placeholders_must_be_used(db: Any) -> None:
    """A name that no expression uses is refused, with DynamoDB's text."""
    found = refusal(
        db.get_item, TableName="Orders", Key=A, ProjectionExpression="v", ExpressionAttributeNames={"#x": "x"}
    )
    assert found == (
        "ValidationException",
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}",
    )


def test_names_need_an_expression(db: Any) -> None:
    """Names without any expression are refused."""
    name, text = refusal(db.get_item, TableName="Orders", Key=A, ExpressionAttributeNames={"#x": "x"})
    assert name == "ValidationException"
    assert text == "ExpressionAttributeNames can only be specified when using expressions"


def test_old_and_new_parameters_do_not_mix(db: Any) -> None:
    """AttributesToGet beside ProjectionExpression is refused."""
    name, text = refusal(db.get_item, TableName="Orders", Key=A, ProjectionExpression="v", AttributesToGet=["v"])
    assert name == "ValidationException"
    assert text.startswith("Can not use both expression and non-expression parameters in the same request")


def test_attributes_to_get(db: Any) -> None:
    """The older AttributesToGet still selects attributes."""
    fill(db, {"id": "a", "v": 1, "w": 2})
    found = db.get_item(TableName="Orders", Key=A, AttributesToGet=["w"])
    assert plain(found["Item"]) == {"w": 2}


def test_an_update_makes_the_item(db: Any) -> None:
    """UpdateItem of a missing item creates it with its key."""
    assert update(db, "SET v = :v", v=1) == {"id": "a", "v": 1}


def test_an_update_without_change_makes_the_item(db: Any) -> None:
    """UpdateItem without an expression creates the bare key."""
    db.update_item(TableName="Orders", Key=A)
    assert get(db) == {"id": "a"}


UPDATES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "set": ("SET v = :v", {"v": 9}, {"v": 9}),
    "set-two": ("SET v = :v, w = :v", {"v": 9}, {"v": 9, "w": 9}),
    "set-swaps": ("SET v = o, o = v", {}, {"v": 3, "o": 1}),
    "plus": ("SET v = v + :v", {"v": 4}, {"v": 5}),
    "minus": ("SET v = v - :v", {"v": 4}, {"v": -3}),
    "minus-of-two": ("SET v = :a - :b", {"a": 4, "b": 6}, {"v": -2}),
    "if-not-exists": ("SET x = if_not_exists(x, :v)", {"v": 9}, {"x": 9}),
    "if-exists": ("SET v = if_not_exists(v, :v)", {"v": 9}, {"v": 1}),
    "count-from-nothing": ("SET x = if_not_exists(x, :z) + :v", {"v": 9, "z": 0}, {"x": 9}),
    "append": ("SET l = list_append(l, :v)", {"v": [7]}, {"l": [1, 2, 3, 7]}),
    "prepend": ("SET l = list_append(:v, l)", {"v": [7]}, {"l": [7, 1, 2, 3]}),
    "place": ("SET l[1] = :v", {"v": 9}, {"l": [1, 9, 3]}),
    "place-past-the-end": ("SET l[9] = :v", {"v": 9}, {"l": [1, 2, 3, 9]}),
    "map-entry": ("SET m.k2 = :v", {"v": 9}, {"m": {"k": "x", "k2": 9}}),
    "copy": ("SET x = m.k", {}, {"x": "x"}),
    "remove": ("REMOVE v", {}, {"v": None}),
    "remove-nothing": ("REMOVE nope", {}, {}),
    "remove-place": ("REMOVE l[0]", {}, {"l": [2, 3]}),
    "remove-places": ("REMOVE l[0], l[2]", {}, {"l": [2]}),
    "remove-map-entry": ("REMOVE m.k", {}, {"m": {}}),
    "add-number": ("ADD v :v", {"v": 4}, {"v": 5}),
    "add-from-nothing": ("ADD x :v", {"v": 4}, {"x": 4}),
    "all-clauses": ("SET x = :v REMOVE v ADD o :v", {"v": 2}, {"x": 2, "v": None, "o": 5}),
    "lower-case": ("set v = :v", {"v": 9}, {"v": 9}),
}


@pytest.mark.parametrize("change", UPDATES)
def test_updates(db: Any, change: str) -> None:
    """Each action of an update expression does what the developer guide says, on the item as it was before."""
    expression, values, expected = UPDATES[change]
    before = {"id": "a", "v": 1, "o": 3, "l": [1, 2, 3], "m": {"k": "x"}}
    fill(db, {**before, "m": {"M": {"k": {"S": "x"}}}})
    after = {name: value for name, value in {**before, **expected}.items() if value is not None}
    assert update(db, expression, **values) == after
    assert get(db) == after


SETS: dict[str, tuple[str, dict[str, list[str]], set[str] | None]] = {
    "add": ("ADD s :v", {"SS": ["b", "c"]}, {"a", "b", "c"}),
    "delete": ("DELETE s :v", {"SS": ["b", "c"]}, {"a"}),
    "delete-the-last": ("DELETE s :v", {"SS": ["a", "b"]}, None),
}


@pytest.mark.parametrize("change", SETS)
def test_updates_of_sets(db: Any, change: str) -> None:
    """ADD joins sets, DELETE subtracts, and a set without members is an attribute that is gone."""
    expression, value, expected = SETS[change]
    fill(db, {"id": "a", "s": {"SS": ["a", "b"]}})
    db.update_item(TableName="Orders", Key=A, UpdateExpression=expression, ExpressionAttributeValues={":v": value})
    found = db.get_item(TableName="Orders", Key=A)["Item"].get("s")
    assert (set(found["SS"]) if found else None) == expected


BAD_UPDATES: dict[str, tuple[str, dict[str, Any]]] = {
    "key": ("SET id = :v", {"v": "b"}),
    "remove-key": ("REMOVE id", {}),
    "overlap": ("SET v = :v, v = :v", {"v": 1}),
    "overlap-below": ("SET m.k = :v, m = :v", {"v": 1}),
    "clause-twice": ("SET v = :v SET w = :v", {"v": 1}),
    "undefined-value": ("SET v = :x", {"v": 1}),
    "unused-value": ("SET v = :v", {"v": 1, "x": 2}),
    "no-such-map": ("SET nope.k = :v", {"v": 1}),
    "no-such-map-entry": ("SET m.no.k = :v", {"v": 1}),
    "copy-of-nothing": ("SET v = nope", {}),
    "plus-string": ("SET v = v + :v", {"v": "x"}),
    "plus-of-string": ("SET t = t + :v", {"v": 1}),
    "plus-of-nothing": ("SET v = nope + :v", {"v": 1}),
    "append-no-list": ("SET v = list_append(v, :v)", {"v": [1]}),
    "append-to-nothing": ("SET v = list_append(nope, :v)", {"v": [1]}),
    "add-string": ("ADD v :v", {"v": "x"}),
    "add-to-string": ("ADD t :v", {"v": 1}),
    "add-list": ("ADD l :v", {"v": [1]}),
    "delete-number": ("DELETE v :v", {"v": 1}),
    "delete-other-set": ("DELETE s :v", {"v": {"NS": ["1"]}}),
    "reserved": ("SET name = :v", {"v": 1}),
    "syntax": ("SET v =", {}),
    "empty": ("", {}),
    "unknown-function": ("SET v = nope(v, :v)", {"v": 1}),
    "place-of-a-map": ("SET m[0] = :v", {"v": 1}),
}


@pytest.mark.parametrize("wrong", BAD_UPDATES)
def test_updates_that_cannot_be(db: Any, wrong: str) -> None:
    """An update that makes no sense for the item or in itself is refused, and the item stays as it was."""
    expression, values = BAD_UPDATES[wrong]
    fill(db, {"id": "a", "v": 1, "t": "x", "l": [1], "m": {"M": {"k": {"S": "x"}}}, "s": {"SS": ["a"]}})
    before = db.get_item(TableName="Orders", Key=A)["Item"]
    with pytest.raises(db.exceptions.ClientError) as caught:
        update(db, expression, **values)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert db.get_item(TableName="Orders", Key=A)["Item"] == before


SHOWN: dict[str, tuple[str, dict[str, Any] | None]] = {
    "NONE": ("SET v = :v", None),
    "ALL_OLD": ("SET v = :v", {"id": "a", "v": 1, "w": 2}),
    "UPDATED_OLD": ("SET v = :v", {"v": 1}),
    "UPDATED_NEW": ("SET v = :v", {"v": 9}),
    "ALL_NEW": ("SET v = :v", {"id": "a", "v": 9, "w": 2}),
}


@pytest.mark.parametrize("shown", SHOWN)
def test_what_an_update_shows(db: Any, shown: str) -> None:
    """ReturnValues of UpdateItem selects before or after, the whole item or what the update names."""
    expression, expected = SHOWN[shown]
    fill(db, {"id": "a", "v": 1, "w": 2})
    answer = db.update_item(
        TableName="Orders",
        Key=A,
        UpdateExpression=expression,
        ExpressionAttributeValues={":v": {"N": "9"}},
        ReturnValues=shown,
    )
    found = answer.get("Attributes")
    assert (None if found is None else plain(found)) == expected


def test_attribute_updates(db: Any) -> None:
    """The older AttributeUpdates still put, add and delete attributes."""
    fill(db, {"id": "a", "v": 1, "w": 2, "x": 3})
    db.update_item(
        TableName="Orders",
        Key=A,
        AttributeUpdates={
            "v": {"Action": "ADD", "Value": {"N": "4"}},
            "w": {"Action": "DELETE"},
            "x": {"Action": "PUT", "Value": {"S": "new"}},
        },
    )
    assert get(db) == {"id": "a", "v": 5, "x": "new"}
