"""PartiQL: what statements find, leave and refuse; the same items, conditions and log as the other operations have."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ..support import make_table, refusal

INDEX = {
    "IndexName": "by-g",
    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
}
KEY = {"id": {"S": "a"}, "n": {"N": "1"}}


@pytest.fixture
def table(db: Any) -> Any:
    """A client of a machine with items 0, 1 and 2 in partition `a`."""
    make_table(
        db, sort=True, MoreAttributes=[{"AttributeName": "g", "AttributeType": "S"}], GlobalSecondaryIndexes=[INDEX]
    )
    for n in range(3):
        more = {"l": {"L": [{"N": "1"}]}, "m": {"M": {"k": {"N": "1"}}}, "y": {"S": "y"}}
        db.put_item(TableName="Orders", Item=item(n, g={"S": "g"}, x={"S": f"x{n}"}, **more))
    return db


def item(n: int, **more: Any) -> dict[str, Any]:
    """An item of partition `a`."""
    return {"id": {"S": "a"}, "n": {"N": str(n)}, **more}


def run(db: Any, statement: str, *parameters: Any, **more: Any) -> Any:
    """The items that a statement gives."""
    given = {"Parameters": list(parameters)} if parameters else {}
    return db.execute_statement(Statement=statement, **given, **more)["Items"]


def found(db: Any, where: str, *parameters: Any) -> list[int]:
    """The items of which a WHERE clause is true."""
    return sorted(int(each["n"]["N"]) for each in run(db, f"SELECT * FROM Orders WHERE {where}", *parameters))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("id='a' AND n=1", [1]),
        ("id='a' AND n>0", [1, 2]),
        ("n BETWEEN 1 AND 2", [1, 2]),
        ("x IN ['x1','x2']", [1, 2]),
        ("x IN ('x0')", [0]),
        ("NOT x='x1'", [0, 2]),
        ("x='x1' OR x='x2'", [1, 2]),
        ("(x='x1' OR x='x2') AND n<>2", [1]),
        ("begins_with(x,'x1')", [1]),
        ("contains(x,'1')", [1]),
        ("attribute_type(x,'S')", [0, 1, 2]),
        ("size(x)=2", [0, 1, 2]),
        ("x IS MISSING", []),
        ("x IS NOT MISSING AND n>=2", [2]),
        ("m.k=1 AND l[0]=1.0", [0, 1, 2]),
        ("id='b'", []),
        ("n = -1", []),
        ("x != 'x0'", [1, 2]),
        ("x = 5", []),
        ("\"x\" = 'x1'", [1]),
    ],
)
def test_a_where_clause(table: Any, where: str, expected: list[int]) -> None:
    """Comparisons, functions and paths: true where Amazon's own emulator says true."""
    assert found(table, where) == expected


def test_parameters_are_values(table: Any) -> None:
    """Question marks take the parameters in their order; too few and too many are refused."""
    assert found(table, "id=? AND n>=?", {"S": "a"}, {"N": "1.0"}) == [1, 2]
    for parameters in ([{"S": "a"}], [{"S": "a"}, {"N": "1"}, {"N": "2"}]):
        members = {"Statement": "SELECT * FROM Orders WHERE id=? AND n>=?", "Parameters": parameters}
        assert refusal(table.execute_statement, **members) == (
            "ValidationException", "Number of parameters in request and statement don't match.",
        )  # fmt: skip


def test_what_a_select_shows(table: Any) -> None:
    """Paths are shown under their last name; ORDER BY turns a partition round; an index shows what it projects."""
    assert run(table, "SELECT m.k, l[0], gone FROM Orders WHERE id='a' AND n=1") == [
        {"k": {"N": "1"}, "l[0]": {"N": "1"}}
    ]
    ordered = run(table, "SELECT n FROM Orders WHERE id='a' ORDER BY n DESC")
    assert ordered == [{"n": {"N": str(n)}} for n in (2, 1, 0)]
    by_index = run(table, 'SELECT * FROM "Orders"."by-g" WHERE g=\'g\'')
    assert sorted(map(str, by_index)) == sorted(str(item(n, g={"S": "g"}, x={"S": f"x{n}"})) for n in range(3))
    name, text = refusal(table.execute_statement, Statement='SELECT y FROM "Orders"."by-g" WHERE g=\'g\'')
    assert (name, text.endswith("Global secondary index by-g does not project [y]")) == ("ValidationException", True)


def test_a_select_goes_on(table: Any) -> None:
    """Limit and NextToken: every item once, in order; a token that was not given is refused."""
    seen, more = [], {}
    while True:
        answer = table.execute_statement(Statement="SELECT * FROM Orders WHERE id='a'", Limit=1, **more)
        seen += [int(each["n"]["N"]) for each in answer["Items"]]
        if "NextToken" not in answer:
            break
        more = {"NextToken": answer["NextToken"]}
    assert seen == [0, 1, 2]
    assert (
        refusal(table.execute_statement, Statement="SELECT * FROM Orders", NextToken="junk")[0] == "ValidationException"
    )


def test_an_insert_is_a_new_item(table: Any) -> None:
    """INSERT: numbers, sets, lists and maps; DuplicateItemException where the key is taken, and nothing changes."""
    run(table, "INSERT INTO Orders VALUE {'id':'b','n':1.50,'s':<<1,2.0>>,'l':[1,'it''s',{'k':true}],'z':null}")
    assert run(table, "SELECT * FROM Orders WHERE id='b'") == [
        {"id": {"S": "b"}, "n": {"N": "1.5"}, "s": {"NS": ["1", "2"]}, "z": {"NULL": True},
         "l": {"L": [{"N": "1"}, {"S": "it's"}, {"M": {"k": {"BOOL": True}}}]}}
    ]  # fmt: skip
    refused = refusal(table.execute_statement, Statement="INSERT INTO Orders VALUE {'id':'a','n':1}")
    assert refused == ("DuplicateItemException", "Duplicate primary key exists in table")
    assert found(table, "id='a' AND n=1 AND x='x1'") == [1]


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("SET x='q' SET m.k=5", {"x": {"S": "q"}, "m": {"M": {"k": {"N": "5"}}}}),
        ("SET z=n+1", {"z": {"N": "2"}}),
        ("SET l=list_append(l,[2])", {"l": {"L": [{"N": "1"}, {"N": "2"}]}}),
        ("REMOVE x REMOVE y", {"x": None, "y": None}),
        ("SET s=set_add(s,<<'v'>>)", {"s": {"SS": ["v"]}}),
        ("SET x='q', y='r'", {"x": {"S": "q"}, "y": {"S": "r"}}),
    ],
)
def test_what_an_update_leaves(table: Any, statement: str, changed: dict[str, Any]) -> None:
    """SET and REMOVE of the item that the whole key names; RETURNING ALL NEW shows it."""
    old = table.get_item(TableName="Orders", Key=KEY)["Item"]
    (new,) = run(table, f"UPDATE Orders {statement} WHERE id='a' AND n=1 RETURNING ALL NEW *")
    assert new == {name: typed for name, typed in {**old, **changed}.items() if typed is not None}
    assert table.get_item(TableName="Orders", Key=KEY)["Item"] == new


def test_updates_and_deletes_have_conditions(table: Any) -> None:
    """What is asked beyond the key must hold, an updated item must be there, and the whole key must be named."""
    failed = ("ConditionalCheckFailedException", "The conditional request failed")
    unkeyed = ("ValidationException", "Where clause does not contain a mandatory equality on all key attributes")
    for statement, refused in (
        ("UPDATE Orders SET x='q' WHERE id='gone' AND n=1", failed),
        ("UPDATE Orders SET x='q' WHERE id='a' AND n=1 AND x='nope'", failed),
        ("DELETE FROM Orders WHERE id='a' AND n=1 AND x='nope'", failed),
        ("UPDATE Orders SET x='q' WHERE id='a'", unkeyed),
        ("DELETE FROM Orders WHERE n=1", unkeyed),
    ):
        assert refusal(table.execute_statement, Statement=statement) == refused
    (old,) = run(table, "DELETE FROM Orders WHERE id='a' AND n=1 RETURNING ALL OLD *")
    assert old["x"] == {"S": "x1"}
    assert run(table, "DELETE FROM Orders WHERE id='a' AND n=1") == []
    (shown,) = run(table, "UPDATE Orders REMOVE x WHERE id='a' AND n=2 RETURNING MODIFIED OLD *")
    assert shown == {"x": {"S": "x2"}}
    assert found(table, "id='a'") == [0, 2]


@pytest.mark.parametrize(
    "statement",
    [
        "junk",
        "SELECT",
        "SELECT * FROM",
        "SELECT * FROM Orders WHERE",
        "SELECT * FROM Orders WHERE x=",
        "SELECT * FROM Orders WHERE x='a",
        "INSERT INTO Orders VALUE 5",
        "INSERT INTO Orders VALUE {'id':'z'}",
        "INSERT INTO Orders VALUE {'id':'z','n':1,'s':<<1,'a'>>}",
        "SELECT * FROM Orders WHERE exotic(x)",
        "SELECT * FROM Orders ORDER BY n",
        "SELECT * FROM Orders WHERE id='a' ORDER BY x",
        "UPDATE Orders SET id='b' WHERE id='a' AND n=1",
        "EXISTS(SELECT * FROM Orders WHERE id='a' AND n=1)",
        "SELECT * FROM Orders WHERE " + "(" * 200,
    ],
)
def test_what_is_malformed(table: Any, statement: str) -> None:
    """Bad statements are a ValidationException, never a 500, and change nothing."""
    assert refusal(table.execute_statement, Statement=statement)[0] == "ValidationException"
    assert found(table, "id='a'") == [0, 1, 2]


def test_a_batch_is_of_one_kind(table: Any) -> None:
    """BatchExecuteStatement: reads by key or writes, not both; what fails says so in its place, the others are done."""
    read = [{"Statement": f"SELECT x FROM Orders WHERE id='a' AND n={n}"} for n in (1, 7)]
    answered = table.batch_execute_statement(Statements=[*read, {"Statement": "SELECT * FROM Orders WHERE id='a'"}])[
        "Responses"
    ]
    assert answered[:2] == [{"TableName": "Orders", "Item": {"x": {"S": "x1"}}}, {"TableName": "Orders"}]
    assert answered[2]["Error"]["Code"] == "ValidationError"
    insert = [{"Statement": f"INSERT INTO Orders VALUE {{'id':'{key}','n':1}}"} for key in "ab"]
    written = table.batch_execute_statement(Statements=insert)["Responses"]
    assert [response.get("Error", {}).get("Code") for response in written] == ["DuplicateItem", None]
    assert found(table, "id='b'") == [1]
    assert refusal(table.batch_execute_statement, Statements=[*read, *insert])[0] == "ValidationException"


def test_a_transaction_is_all_or_none(table: Any) -> None:
    """ExecuteTransaction: writes and EXISTS together, or reads; a reason for each statement where it is cancelled."""

    def execute(*statements: str, **more: Any) -> Any:
        return table.execute_transaction(TransactStatements=[{"Statement": each} for each in statements], **more)

    exists = "EXISTS(SELECT * FROM Orders WHERE id='a' AND n=2 AND x='x2')"
    for _ in range(2):
        execute(
            exists,
            "INSERT INTO Orders VALUE {'id':'t','n':1}",
            "UPDATE Orders SET c=n+1 WHERE id='a' AND n=0",
            ClientRequestToken="t",
        )
    assert execute("SELECT c FROM Orders WHERE id='a' AND n=0", "SELECT * FROM Orders WHERE id='zz' AND n=1")[
        "Responses"
    ] == [
        {"Item": {"c": {"N": "1"}}},
        {},
    ]
    with pytest.raises(ClientError) as caught:
        execute(
            "INSERT INTO Orders VALUE {'id':'u','n':1}",
            "INSERT INTO Orders VALUE {'id':'t','n':1}",
            exists.replace("x2", "no"),
        )
    assert caught.value.response["Error"]["Code"] == "TransactionCanceledException"
    codes = [reason["Code"] for reason in caught.value.response["CancellationReasons"]]
    assert codes == ["None", "DuplicateItem", "ConditionalCheckFailed"]
    assert found(table, "id='u'") == []
