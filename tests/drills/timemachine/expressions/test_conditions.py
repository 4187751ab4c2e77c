"""Conditions and filters: what they mean, and what is refused before any item is looked at."""

import re
from typing import Any

import pytest
from dynadrill.drills.timemachine.expressions.conditions import Binder
from dynadrill.drills.timemachine.expressions.grammar import read_condition
from dynadrill.drills.timemachine.expressions.placeholders import Placeholders
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from hypothesis import given
from hypothesis import strategies as st

from ..support import START_AT, connect, make_table, refusal

ITEM = {
    "id": {"S": "a"}, "txt": {"S": "xyz"}, "num": {"N": "5"}, "l": {"L": [{"N": "1"}, {"S": "b"}]},
    "m": {"M": {"k": {"S": "v"}, "d": {"M": {"e": {"N": "1"}}}}}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]},
    "bo": {"BOOL": True}, "nu": {"NULL": True}, "bin": {"B": b"xy"}, "emp": {"S": ""},
}  # fmt: skip
VALUES = {
    "x": {"S": "xyz"},
    "y": {"S": "y"},
    "s": {"S": "S"},
    "zero": {"N": "0"},
    "one": {"N": "1"},
    "two": {"N": "2.0"},
    "five": {"N": "5.00"},
    "nine": {"N": "9"},
    "b": {"B": b"y"},
    "true": {"BOOL": True},
    "set": {"SS": ["b", "a"]},
    "e": {"S": ""},
    "three": {"N": "3"},
    "map": {"M": {"d": {"M": {"e": {"N": "1.0"}}}, "k": {"S": "v"}}},
    "q": {"S": "Q"},
    "list": {"L": [{"S": "xyz"}]},
}


@pytest.fixture(scope="module")
def db() -> Any:
    """A client of a machine with one item."""
    client = connect(TimeMachine(ManualClock(START_AT)))
    make_table(client)
    client.put_item(TableName="Orders", Item=ITEM)
    return client


def placeholders(expression: str) -> dict[str, Any]:
    """The values that an expression names, as a request's member."""
    named = {name: VALUES[name[1:]] for name in re.findall(":[a-z]+", expression) if name[1:] in VALUES}
    return {"ExpressionAttributeValues": named} if named else {}


def holds(db: Any, expression: str) -> bool:
    """Whether the item passes a filter."""
    return bool(db.scan(TableName="Orders", FilterExpression=expression, **placeholders(expression))["Count"])


TRUE = [
    "txt = :x",
    "num = :five",
    "num <> :x",
    "nope <> :x",
    "nope <> gone",
    "NOT nope = :x",
    "num > :one",
    "num >= :five",
    "num <= :five",
    "num < :nine",
    "txt > :e",
    "bin = bin2 OR bin <> :x",
    "ss = :set",
    "m = :map",
    "m.k <> :x",
    "num BETWEEN :one AND :nine",
    "num IN ( :x , :five )",
    "size(txt) = :three",
    "size(ss) = :two",
    "size(m) = :two",
    "size(l) = :two",
    "size(bin) = :two",
    "size(emp) = :zero",
    "size(l) < size(txt)",
    "size(txt) BETWEEN :one AND :nine",
    "attribute_exists(m.d.e)",
    "attribute_not_exists(m.d.x)",
    "attribute_not_exists(nope.x[3])",
    "attribute_exists(l[1])",
    "attribute_type(txt, :s )",
    "begins_with(txt, :e )",
    "begins_with( :x , txt)",
    "contains(txt, :y )",
    "contains(ss, l[1])",
    "contains(l, :one )",
    "contains(bin, :b )",
    "contains( :list , txt)",
    "l[0] = :one",
    "m.d.e = l[0]",
    "m .d . e = l [ 0 ]",
    "txt = :x OR num = :one AND num = :two",
    "not txt = :y and num = :five",
    "( txt = :y OR num = :five ) AND bo = :true",
    "( txt ) = ( :x )",
    "txt = :x\n AND\t num= :five",
]
FALSE = [
    "num = :x",
    "nope = :x",
    "nope = gone",
    "num < :x",
    "num > :x",
    "bo < nu",
    "l < txt",
    "num BETWEEN :e AND :x",
    "num BETWEEN l AND txt",
    "nope BETWEEN :one AND :nine",
    "nope IN ( :x , :five )",
    "nope < :x",
    "size(num) > :zero",
    "size(nope) >= :zero",
    "size(bo) >= :zero",
    "begins_with(num, :e )",
    "begins_with(txt, num)",
    "contains(txt, :one )",
    "contains(m, :x )",
    "contains(ss, :one )",
    "contains(num, :five )",
    "l[2] = :one",
    "l.k = :one",
    "m[0] = :one",
    "txt[0] = :x",
    "txt.k = :x",
    "NOT txt = :x",
    "NOT ( txt = :x OR num = :one )",
    "txt = :x AND NOT num = :five",
    "attribute_type(num, :s )",
    "( txt = :x OR num = :one ) AND num = :two",
    "attribute_exists(nope)",
    "attribute_not_exists(nu)",
]


@pytest.mark.parametrize("expression", TRUE)
def test_what_holds(db: Any, expression: str) -> None:
    """Comparisons, functions, paths and precedence: true where Amazon's own emulator says true."""
    assert holds(db, expression)


@pytest.mark.parametrize("expression", FALSE)
def test_what_does_not_hold(db: Any, expression: str) -> None:
    """Two types never compare, and what is not there compares with nothing: false, and no error."""
    assert not holds(db, expression)


REFUSED = [
    ("", "The expression can not be empty;"),
    (" ", 'Syntax error; token: "<EOF>", near: " "'),
    ("txt", 'Syntax error; token: "<EOF>", near: "txt"'),
    ("txt = :x AND", 'Syntax error; token: "<EOF>", near: "AND"'),
    ("txt == :x", 'Syntax error; token: "=", near: "== :x"'),
    ("txt = :x ; b", 'Syntax error; token: ";", near: ":x ; b"'),
    ("txt <> :x <> :y", 'Syntax error; token: "<>", near: ":x <> :y"'),
    ("l[-1] = :x", 'Syntax error; token: "-", near: "[-1"'),
    ("3a = :x", 'Syntax error; token: "3", near: "3a"'),
    ("txt IN ()", 'Syntax error; token: ")", near: "()"'),
    ("((txt = :x ))", "The expression has redundant parentheses;"),
    ("name = :x", "Attribute name is a reserved keyword; reserved keyword: name"),
    ("m.Status = :x", "Attribute name is a reserved keyword; reserved keyword: Status"),
    ("#n = :x", "An expression attribute name used in the document path is not defined; attribute name: #n"),
    (
        "txt = :undefined",
        "An expression attribute value used in expression is not defined; attribute value: :undefined",
    ),
    ("foo(txt)", "Invalid function name; function: foo"),
    ("Attribute_exists(txt)", "Invalid function name; function: Attribute_exists"),
    ("size(txt)", "The function is not allowed to be used this way in an expression; function: size"),
    (
        "attribute_exists(txt) = :x",
        "The function is not allowed to be used this way in an expression; function: attribute_exists",
    ),
    (
        "attribute_exists(txt, num)",
        (
            "Incorrect number of operands for operator or function; "
            "operator or function: attribute_exists, number of operands: 2"
        ),
    ),
    ("attribute_exists( :x )", "Operator or function requires a document path; operator or function: attribute_exists"),
    (
        "attribute_type(txt, :q )",
        "Invalid attribute type name found; type: Q, valid types: {B,BOOL,BS,L,M,N,NS,NULL,S,SS}",
    ),
    (
        "attribute_type(txt, :one )",
        "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
    ),
    (
        "begins_with(txt, :one )",
        "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
    ),
    (
        "size( :one ) = :one",
        "Incorrect operand type for operator or function; operator or function: size, operand type: N",
    ),
    ("bo < :true", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"),
    ("ss >= :set", "Incorrect operand type for operator or function; operator or function: >=, operand type: SS"),
    (
        "num BETWEEN :true AND :true",
        "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: BOOL",
    ),
    (
        "num BETWEEN :nine AND :one",
        (
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
            "lower bound operand: AttributeValue: {N:9}, upper bound operand: AttributeValue: {N:1}"
        ),
    ),
    (
        "num BETWEEN :nine AND :x",
        (
            "The BETWEEN operator requires same data type for lower and upper bounds; "
            "lower bound operand: AttributeValue: {N:9}, upper bound operand: AttributeValue: {S:xyz}"
        ),
    ),
    (
        "num = num",
        (
            "The first operand must be distinct from the remaining operands for this operator or function; "
            "operator: =, first operand: [num]"
        ),
    ),
    (
        "m.k IN (m.k)",
        (
            "The first operand must be distinct from the remaining operands for this operator or function; "
            "operator: IN, first operand: [m, k]"
        ),
    ),
    ("txt = :x" + " " * 4090, "Expression size has exceeded the maximum allowed size; expression size: 4098"),
    (" or ".join(["num=:five"] * 200), "The expression contains too many operators; operator count: 301"),
    (
        "num IN (" + ",".join([":five"] * 101) + ")",
        "The IN operator is provided with too many operands; number of operands: 101",
    ),
]


@pytest.mark.parametrize(("expression", "text"), REFUSED, ids=[text[:60] for _, text in REFUSED])
def test_what_is_no_expression(db: Any, expression: str, text: str) -> None:
    """Refused with AWS's txt, as Amazon's own emulator gives it, before anything is read."""
    assert refusal(db.scan, TableName="Orders", FilterExpression=expression, **placeholders(expression)) == (
        "ValidationException", f"Invalid FilterExpression: {text}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            {"ExpressionAttributeNames": {"#t": "txt", "#u": "u"}},
            "ExpressionAttributeNames unused in expressions: keys: {#u}",
        ),
        (
            {"ExpressionAttributeValues": {":x": {"S": "x"}, ":u": {"S": "u"}}},
            "ExpressionAttributeValues unused in expressions: keys: {:u}",
        ),
        (
            {"ExpressionAttributeNames": {"t": "txt"}},
            'ExpressionAttributeNames contains invalid key: Syntax error; key: "t"',
        ),
        (
            {"ExpressionAttributeNames": {"#t": ""}},
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key #t",
        ),
        ({"ExpressionAttributeNames": {}}, "ExpressionAttributeNames must not be empty"),
        ({"ExpressionAttributeValues": {}}, "ExpressionAttributeValues must not be empty"),
        ({"ExpressionAttributeValues": {":x": {"SS": ["a", "a"]}}}, "contains duplicates for key :x"),
        ({"FilterExpression": None}, "ExpressionAttributeNames can only be specified when using expressions"),
    ],
)
def test_placeholders_must_be_used(db: Any, members: dict[str, Any], text: str) -> None:
    """Names and values that no expression uses, or that are malformed, are refused."""
    request = {
        "TableName": "Orders",
        "FilterExpression": "#t = :x",
        "ExpressionAttributeNames": {"#t": "txt"},
        "ExpressionAttributeValues": {":x": {"S": "x"}},
        **members,
    }
    name, said = refusal(db.scan, **{member: value for member, value in request.items() if value is not None})
    assert name == "ValidationException"
    assert text in said


@given(
    st.recursive(st.booleans(), lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), inner, inner), max_leaves=12)
)
def test_and_or_are_those_of_logic(tree: Any) -> None:
    """AND and OR in parentheses mean what they mean in logic, whatever the nesting."""

    def text(node: Any) -> str:
        if isinstance(node, bool):
            return "attribute_exists(there)" if node else "attribute_exists(gone)"
        return f"({text(node[1])}) {node[0]} ({text(node[2])})"

    def truth(node: Any) -> bool:
        if isinstance(node, bool):
            return node
        return (truth(node[1]) and truth(node[2])) if node[0] == "AND" else (truth(node[1]) or truth(node[2]))

    test = Binder(Placeholders({}, {}), "FilterExpression").test(read_condition(text(tree), "FilterExpression"))
    assert test({"there": {"S": "x"}}) == truth(tree)
