"""UpdateItem: what each action leaves, what it refuses, and what the answer shows."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..support import make_table, refusal

KEY = {"id": {"S": "a"}}
ITEM: dict[str, Any] = {
    **KEY, "txt": {"S": "x"}, "num": {"N": "5"}, "l": {"L": [{"N": "1"}, {"S": "b"}, {"N": "3"}]},
    "m": {"M": {"k": {"S": "v"}, "d": {"M": {"e": {"N": "1"}}}}}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]},
    "big": {"N": "1" + "0" * 37},
}  # fmt: skip
VALUES: dict[str, Any] = {
    "q": {"S": "q"},
    "r": {"S": "r"},
    "n": {"N": "1.5"},
    "one": {"N": "1"},
    "tiny": {"N": "0.1"},
    "zero": {"N": "0"},
    "e": {"L": []},
    "list": {"L": [{"N": "9"}]},
    "set": {"SS": ["c", "a"]},
    "both": {"SS": ["a", "b"]},
    "nums": {"NS": ["1.0", "3"]},
    "map": {"M": {}},
}
Q, N1 = {"S": "q"}, {"N": "1"}


@pytest.fixture
def table(db: Any) -> Any:
    """A client of a machine with one item."""
    make_table(db)
    db.put_item(TableName="Orders", Item=ITEM)
    return db


def members(expression: str, **more: Any) -> dict[str, Any]:
    """An UpdateItem's members, with the values that the expression names."""
    words = expression.replace(",", " ").replace(")", " ").replace("(", " ").split()
    values = {word: VALUES[word[1:]] for word in words if word.startswith(":") and word[1:] in VALUES}
    given = {"ExpressionAttributeValues": values} if values else {}
    return {"TableName": "Orders", "Key": KEY, "UpdateExpression": expression, **given, **more}


def shown(db: Any, expression: str, choice: str) -> Any:
    """What an update shows of its item."""
    return db.update_item(**members(expression, ReturnValues=choice)).get("Attributes")


LEAVES = [
    ("SET num = num + :n", {"num": {"N": "6.5"}}),
    ("SET num = num - :n", {"num": {"N": "3.5"}}),
    ("SET num = :one + :n", {"num": {"N": "2.5"}}),
    ("SET num = ( num + :n )", {"num": {"N": "6.5"}}),
    ("SET num = if_not_exists(gone, :zero ) + :one", {"num": N1}),
    ("SET num = if_not_exists(num, :zero ) + :one", {"num": {"N": "6"}}),
    ("SET txt = num, num = txt", {"txt": {"N": "5"}, "num": {"S": "x"}}),
    ("SET q = if_not_exists(gone, if_not_exists(txt, :n ))", {"q": {"S": "x"}}),
    ("SET l = list_append(l, :list )", {"l": {"L": [*ITEM["l"]["L"], {"N": "9"}]}}),
    ("SET l = list_append( :list , l)", {"l": {"L": [{"N": "9"}, *ITEM["l"]["L"]]}}),
    ("SET q = list_append(if_not_exists(gone, :e ), :list )", {"q": {"L": [{"N": "9"}]}}),
    ("SET m.k = :q, m.d.e = m.d.e + :one", {"m": {"M": {"k": Q, "d": {"M": {"e": {"N": "2"}}}}}}),
    ("SET q = m, m.k = :q", {"q": ITEM["m"], "m": {"M": {**ITEM["m"]["M"], "k": Q}}}),
    ("SET l[1] = :q", {"l": {"L": [{"N": "1"}, Q, {"N": "3"}]}}),
    ("SET l[9] = :q, l[7] = :r", {"l": {"L": [*ITEM["l"]["L"], {"S": "r"}, Q]}}),
    ("SET l[9] = :q REMOVE l[0]", {"l": {"L": [{"S": "b"}, {"N": "3"}, Q]}}),
    ("REMOVE l[0], l[2]", {"l": {"L": [{"S": "b"}]}}),
    ("REMOVE m.gone, l[9], gone", {}),
    ("ADD num :one, ss :set", {"num": {"N": "6"}, "ss": {"SS": ["a", "b", "c"]}}),
    ("ADD gone :one", {"gone": N1}),
    ("ADD ns :nums", {"ns": {"NS": ["1", "2", "3"]}}),
    (
        "ADD m.x :one, l[0] :one",
        {"m": {"M": {**ITEM["m"]["M"], "x": N1}}, "l": {"L": [{"N": "2"}, {"S": "b"}, {"N": "3"}]}},
    ),
    ("DELETE ss :set", {"ss": {"SS": ["b"]}}),
    ("DELETE ss :both", {"ss": None}),
    ("DELETE gone :set, ns :nums", {"ns": {"NS": ["2"]}}),
    ("set txt = :q remove num", {"txt": Q, "num": None}),
    ("SET txt=:q", {"txt": Q}),
]


@pytest.mark.parametrize(("expression", "changed"), LEAVES, ids=[expression for expression, _ in LEAVES])
def test_what_an_update_leaves(table: Any, expression: str, changed: dict[str, Any]) -> None:
    """Every value comes from the item as it was; list places too; a set that is emptied goes."""
    table.update_item(**members(expression.replace("=:", "= :")))
    found = table.get_item(TableName="Orders", Key=KEY)["Item"]
    for name in ("ss", "ns"):
        found = {**found, name: {kind: sorted(each) for kind, each in found[name].items()}} if name in found else found
    assert found == {name: typed for name, typed in {**ITEM, **changed}.items() if typed is not None}


MISSING = "The provided expression refers to an attribute that does not exist in the item"
WRONG = "An operand in the update expression has an incorrect data type"
NOWHERE = "The document path provided in the update expression is invalid for update"
REFUSED = [
    ("SET m.q.r = :q", NOWHERE),
    ("SET gone.k = :q", NOWHERE),
    ("SET txt.k = :q", NOWHERE),
    ("SET txt[0] = :q", NOWHERE),
    ("SET m[0] = :q", NOWHERE),
    ("SET l.k = :q", NOWHERE),
    ("REMOVE gone.k", NOWHERE),
    ("ADD m.q.x :one", NOWHERE),
    ("SET num = gone + :one", MISSING),
    ("SET q = gone", MISSING),
    ("SET q = if_not_exists(gone, also)", MISSING),
    ("SET q = list_append(gone, :list )", MISSING),
    ("SET x = :q, y = x", MISSING),
    ("SET num = txt + :one", WRONG),
    ("SET q = list_append(txt, :list )", WRONG),
    ("ADD ss :nums", WRONG),
    ("ADD txt :one", WRONG),
    ("ADD num :set", WRONG),
    ("DELETE ss :nums", WRONG),
    ("DELETE txt :set", WRONG),
    ("SET big = big + :tiny", "Attempting to store more than 38 significant digits in a Number"),
    ("ADD big :tiny", "Attempting to store more than 38 significant digits in a Number"),
    (
        "SET id = :q",
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
    ),
    (
        "REMOVE id",
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
    ),
]
MALFORMED = [
    ("", "The expression can not be empty;"),
    ("SET", 'Syntax error; token: "<EOF>", near: "SET"'),
    ("FOO a", 'Syntax error; token: "FOO", near: "FOO a"'),
    ("SET txt = :q ,", 'Syntax error; token: "<EOF>", near: ","'),
    ("SET txt = :q REMOVE", 'Syntax error; token: "<EOF>", near: "REMOVE"'),
    ("SET :q = :q", 'Syntax error; token: ":q", near: "SET :q ="'),
    ("SET num = num + :one + :n", 'Syntax error; token: "+", near: ":one + :n"'),
    ("SET num = num * :n", 'Syntax error; token: "*", near: "num * :n"'),
    ("ADD num txt", 'Syntax error; token: "txt", near: "num txt"'),
    ("SET txt = :q SET num = :n", 'The "SET" section can only be used once in an update expression;'),
    ("SET name = :q", "Attribute name is a reserved keyword; reserved keyword: name"),
    ("SET q = foo(txt)", "Invalid function name; function: foo"),
    ("SET q = size(txt)", "The function is not allowed in an update expression; function: size"),
    (
        "SET q = list_append(l)",
        (
            "Incorrect number of operands for operator or function; "
            "operator or function: list_append, number of operands: 1"
        ),
    ),
    (
        "SET q = if_not_exists( :q , txt)",
        "Operator or function requires a document path; operator or function: if_not_exists",
    ),
    ("SET num = num + :q", "Incorrect operand type for operator or function; operator or function: +, operand type: S"),
    (
        "SET q = list_append(l, :q )",
        "Incorrect operand type for operator or function; operator or function: list_append, operand type: S",
    ),
    (
        "ADD num :q",
        (
            "Incorrect operand type for operator or function; "
            "operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND"
        ),
    ),
    (
        "DELETE num :one",
        (
            "Incorrect operand type for operator or function; "
            "operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"
        ),
    ),
    (
        "SET txt = :q , txt = :r",
        (
            "Two document paths overlap with each other; must remove or rewrite one of these paths; "
            "path one: [txt], path two: [txt]"
        ),
    ),
    (
        "SET m = :q , m.k = :r",
        (
            "Two document paths overlap with each other; must remove or rewrite one of these paths; "
            "path one: [m], path two: [m, k]"
        ),
    ),
    (
        "SET m.k = :q REMOVE m",
        (
            "Two document paths overlap with each other; must remove or rewrite one of these paths; "
            "path one: [m, k], path two: [m]"
        ),
    ),
    (
        "SET m[0] = :q , m.k = :r",
        (
            "Two document paths conflict with each other; must remove or rewrite one of these paths; "
            "path one: [m, [0]], path two: [m, k]"
        ),
    ),
]


@pytest.mark.parametrize(
    ("expression", "text"),
    [*REFUSED, *((expression, f"Invalid UpdateExpression: {text}") for expression, text in MALFORMED)],
    ids=[expression for expression, _ in (*REFUSED, *MALFORMED)],
)
def test_what_is_refused_leaves_nothing(table: Any, expression: str, text: str) -> None:
    """A ValidationException with AWS's text, and the item is as it was."""
    assert refusal(table.update_item, **members(expression)) == ("ValidationException", text)
    assert table.get_item(TableName="Orders", Key=KEY)["Item"] == ITEM


NESTED: dict[str, Any] = {
    **KEY,
    "a": {"M": {"b": {"S": "dog"}, "c": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}}},
    "d": {"S": "cat"},
}


@pytest.mark.parametrize(
    ("expression", "old", "new"),
    [
        ("SET d = :q, f = :r", {"d": {"S": "cat"}}, {"d": Q, "f": {"S": "r"}}),
        ("REMOVE d", {"d": {"S": "cat"}}, None),
        ("REMOVE gone", None, None),
        ("SET a.b = :q", {"a": {"M": {"b": {"S": "dog"}}}}, {"a": {"M": {"b": Q}}}),
        (
            "SET a.c[1] = :q, a.b = :r",
            {"a": {"M": {"b": {"S": "dog"}, "c": {"L": [{"N": "2"}]}}}},
            {"a": {"M": {"b": {"S": "r"}, "c": {"L": [Q]}}}},
        ),
        ("SET a.x = :q", None, {"a": {"M": {"x": Q}}}),
        ("SET a.c[100] = :q", None, None),
        ("REMOVE a.c[1], a.c[3]", {"a": {"M": {"c": {"L": [{"N": "2"}]}}}}, {"a": {"M": {"c": {"L": [{"N": "3"}]}}}}),
    ],
)
def test_what_was_updated_is_shown(db: Any, expression: str, old: Any, new: Any) -> None:
    """UPDATED_OLD and UPDATED_NEW: the paths that the update names, no more, as they were and as they are.

    Measured on AWS: of a nested path only the path; a place behind a list's end shows nothing, and one that was removed
    shows what moved up.
    """
    make_table(db)
    for choice, expected in (("UPDATED_OLD", old), ("UPDATED_NEW", new)):
        db.put_item(TableName="Orders", Item=NESTED)
        assert shown(db, expression, choice) == expected


def test_the_whole_item_is_shown(table: Any) -> None:
    """ALL_OLD and ALL_NEW: the item before and after; nothing of an item that was not there; NONE shows nothing."""
    assert shown(table, "SET txt = :q", "ALL_OLD") == ITEM
    assert shown(table, "SET txt = :r", "ALL_NEW") == {**ITEM, "txt": {"S": "r"}}
    assert shown(table, "SET txt = :r", "NONE") is None
    new = {"TableName": "Orders", "Key": {"id": {"S": "new"}}}
    assert "Attributes" not in table.update_item(**new, ReturnValues="ALL_OLD")
    assert table.update_item(**new, ReturnValues="ALL_NEW")["Attributes"] == new["Key"]
    refused = refusal(table.update_item, **members("SET txt = :q", ReturnValues="ALL"))
    assert refused == ("ValidationException", "Return values set to invalid value")


@pytest.mark.parametrize("expression", ["REMOVE txt", "DELETE ss :set", "REMOVE txt DELETE ss :set"])
def test_taking_away_makes_no_item(db: Any, expression: str) -> None:
    """Measured on AWS: an update that only removes makes no item where there is none; its condition counts."""
    make_table(db)
    assert shown(db, expression, "ALL_NEW") is None
    assert "Item" not in db.get_item(TableName="Orders", Key=KEY)
    refused = refusal(db.update_item, **members(expression, ConditionExpression="attribute_exists(id)"))
    assert refused == ("ConditionalCheckFailedException", "The conditional request failed")


def test_an_update_may_not_make_an_item_too_large(table: Any) -> None:
    """400 KB, and 32 levels, also for what an update leaves."""
    half = {":v": {"S": "x" * 250_000}}
    assert refusal(table.update_item, **members("SET q = :v, r = :v", ExpressionAttributeValues=half)) == (
        "ValidationException",
        "Item size to update has exceeded the maximum allowed size",
    )
    deep: dict[str, Any] = {"S": "x"}
    for _ in range(31):
        deep = {"L": [deep]}
    table.update_item(**members("SET q = :v", ExpressionAttributeValues={":v": deep}))
    name, text = refusal(table.update_item, **members("SET l[0] = :v", ExpressionAttributeValues={":v": deep}))
    assert (name, text.partition(":")[0]) == ("ValidationException", "Nesting Levels have exceeded supported limits")


@pytest.mark.parametrize(
    ("updates", "changed"),
    [
        ({"txt": {"Value": Q}}, {"txt": Q}),
        ({"num": {"Action": "ADD", "Value": N1}}, {"num": {"N": "6"}}),
        (
            {"txt": {"Action": "DELETE"}, "ss": {"Action": "DELETE", "Value": {"SS": ["a"]}}},
            {"txt": None, "ss": {"SS": ["b"]}},
        ),
        ({}, {}),
    ],
)
def test_updates_of_before_2014(table: Any, updates: Any, changed: dict[str, Any]) -> None:
    """AttributeUpdates: PUT, which is the default, ADD and DELETE; together with an expression they are refused."""
    answer = table.update_item(TableName="Orders", Key=KEY, AttributeUpdates=updates, ReturnValues="ALL_NEW")
    assert answer["Attributes"] == {name: typed for name, typed in {**ITEM, **changed}.items() if typed is not None}
    if updates:
        refused = refusal(table.update_item, **members("REMOVE txt"), AttributeUpdates=updates)
        assert "Can not use both expression and non-expression parameters" in refused[1]


number = st.decimals(min_value=-(10**18), max_value=10**18, places=6, allow_nan=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(number, min_size=1, max_size=8))
def test_sums_are_exact(db: Any, numbers: list[Decimal]) -> None:
    """Adding and taking away in 38 digits, never in binary fractions or in Python's 28."""
    if "Orders" not in db.list_tables()["TableNames"]:
        make_table(db)
    db.put_item(TableName="Orders", Item={**KEY, "n": {"N": "0"}})
    for each in numbers:
        for expression in ("ADD n :v", "SET n = n - :v", "SET n = n + :v"):
            db.update_item(**members(expression, ExpressionAttributeValues={":v": {"N": str(each)}}))
    found = db.get_item(TableName="Orders", Key=KEY)["Item"]["n"]["N"]
    assert Decimal(found) == sum(numbers)
