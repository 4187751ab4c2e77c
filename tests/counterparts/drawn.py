"""Requests drawn at random: mostly sensible, of few names and values so that they meet, now and then wrong.

Numbers, names and depths are few; what is wrong is wrong in one place. Every request is as the wire has it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from hypothesis import strategies as st

Typed: TypeAlias = dict[str, Any]

TABLE = "Orders"
ATTRIBUTES = ("v", "w", "g", "t")
"""Attributes beside the key; `g` and `t` are the keys of the global index."""
PATHS = (
    *ATTRIBUTES, "id", "n", "v.a", "v.b", "w.a", "v[0]", "w[0]", "v[1]", "v.a.b", "v[0].a", "nope", "#v", "#w.a",
    "#v[0]",
)  # fmt: skip
NAMES = {"#v": "v", "#w": "w"}

scalars: st.SearchStrategy[Typed] = st.one_of(
    st.sampled_from(["", "x", "y", "xy", "é"]).map(lambda text: {"S": text}),
    st.sampled_from(["0", "1", "2", "-1", "1.5", "10", "1e2", "01.50", "-0"]).map(lambda text: {"N": text}),
    st.sampled_from(["", "AA==", "AAE=", "/w=="]).map(lambda text: {"B": text}),
    st.booleans().map(lambda value: {"BOOL": value}),
    st.just({"NULL": True}),
)
sets: st.SearchStrategy[Typed] = st.one_of(
    st.lists(st.sampled_from(["x", "y", "xy"]), min_size=1, max_size=3, unique=True).map(lambda some: {"SS": some}),
    st.lists(st.sampled_from(["1", "2", "-1", "1e2"]), min_size=1, max_size=3, unique=True).map(
        lambda some: {"NS": some}
    ),
    st.lists(st.sampled_from(["AA==", "/w=="]), min_size=1, max_size=2, unique=True).map(lambda some: {"BS": some}),
)
values: st.SearchStrategy[Typed] = st.recursive(
    st.one_of(scalars, scalars, sets),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda some: {"L": some}),
        st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2).map(lambda some: {"M": some}),
    ),
    max_leaves=4,
)
wrong_values: st.SearchStrategy[Typed] = st.sampled_from(
    [
        {"SS": []},
        {"SS": ["x", "x"]},
        {"NS": ["1", "1.0"]},
        {"N": "abc"},
        {"N": "1" * 39},
        {"N": "1e126"},
        {},
        {"S": "x", "N": "1"},
    ]
)


def mostly(
    strategy: st.SearchStrategy[Any], seldom: st.SearchStrategy[Any], one_in: int = 16
) -> st.SearchStrategy[Any]:
    """The first, and once in a while the second."""
    return st.integers(1, one_in).flatmap(lambda at: seldom if at == one_in else strategy)


class Shape(NamedTuple):
    """A table: whether it has a sort key (a number) and a global index (string `g`, number `t`)."""

    sort: bool
    index: bool

    def creation(self) -> dict[str, Any]:
        """What CreateTable takes."""
        types = {"id": "S", **({"n": "N"} if self.sort else {}), **({"g": "S", "t": "N"} if self.index else {})}
        members: dict[str, Any] = {
            "TableName": TABLE,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()],
            "KeySchema": _schema("id", "n") if self.sort else _schema("id"),
        }
        if self.index:
            projection = {"ProjectionType": "ALL"}
            members["GlobalSecondaryIndexes"] = [
                {"IndexName": "by-g", "KeySchema": _schema("g", "t"), "Projection": projection}
            ]
        return members


def _schema(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


class Draw:
    """One request in the making: draws, and keeps the placeholders that its expressions use."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], shape: Shape) -> None:
        self.draw = draw
        self.shape = shape
        self.names: dict[str, str] = {}
        self.values: dict[str, Typed] = {}

    def one_of(self, *choices: Any) -> Any:
        """One of several, each as likely."""
        return self.draw(st.sampled_from(choices))

    def key(self) -> dict[str, Typed]:
        """The key of an item, now and then one that does not fit."""
        key: dict[str, Typed] = {"id": {"S": self.one_of("a", "b")}}
        if self.shape.sort:
            key["n"] = {"N": self.one_of("1", "2", "10", "-1", "1.0")}
        if self.draw(st.integers(1, 40)) == 40:
            key[self.one_of("id", "nope")] = self.draw(values)
        return key

    def item(self) -> dict[str, Typed]:
        """An item."""
        item = self.key()
        for name in self.draw(st.lists(st.sampled_from(["v", "w"]), unique=True, max_size=2)):
            item[name] = self.draw(mostly(values, wrong_values, 24))
        item |= self.index_key()
        return item

    def index_key(self) -> dict[str, Typed]:
        """The keys of the index, mostly of their types."""
        if not self.shape.index or self.draw(st.booleans()):
            return {}
        g = self.draw(mostly(st.sampled_from([{"S": "x"}, {"S": "y"}]), values, 24))
        return {"g": g, "t": self.draw(mostly(st.sampled_from([{"N": "1"}, {"N": "2"}]), values, 24))}

    def value(self, kind: st.SearchStrategy[Typed] = values) -> str:
        """A placeholder of a value."""
        name = f":v{len(self.values)}"
        self.values[name] = self.draw(mostly(kind, wrong_values, 48))
        return name

    def path(self) -> str:
        """A document path."""
        path = str(self.one_of(*PATHS))
        for placeholder, name in NAMES.items():
            if path.startswith(placeholder):
                self.names[placeholder] = name
        return path

    def operand(self) -> str:
        """A path or a value."""
        return self.path() if self.draw(st.booleans()) else self.value()

    def condition(self, depth: int = 0) -> str:
        """A condition or filter."""
        kind = self.one_of(
            "compare", "exists", "function", "between", "in", "size", *(("and", "not") if depth < 2 else ())
        )
        match kind:
            case "compare":
                return f"{self.path()} {self.one_of('=', '<>', '<', '<=', '>', '>=')} {self.operand()}"
            case "exists":
                return f"{self.one_of('attribute_exists', 'attribute_not_exists')}({self.path()})"
            case "function":
                function = self.one_of("begins_with", "contains", "attribute_type")
                kinds = st.sampled_from([{"S": "N"}, {"S": "S"}, {"S": "L"}])
                return f"{function}({self.path()}, {self.value(kinds if function == 'attribute_type' else values)})"
            case "between":
                return f"{self.path()} BETWEEN {self.value(scalars)} AND {self.value(scalars)}"
            case "in":
                return f"{self.path()} IN ({self.value()}, {self.value()})"
            case "size":
                return f"size({self.path()}) {self.one_of('=', '<', '>')} {self.value(st.just({'N': '1'}))}"
            case "and":
                return f"({self.condition(depth + 1)}) {self.one_of('AND', 'OR')} ({self.condition(depth + 1)})"
        return f"NOT ({self.condition(depth + 1)})"

    def update(self) -> str:
        """An update expression."""
        clauses = self.draw(
            st.lists(st.sampled_from(["SET", "REMOVE", "ADD", "DELETE"]), min_size=1, max_size=2, unique=True)
        )
        return " ".join(
            f"{clause} {', '.join(self._action(clause) for _ in range(self.one_of(1, 1, 2)))}" for clause in clauses
        )

    def _action(self, clause: str) -> str:
        match clause:
            case "SET":
                return f"{self.path()} = {self._assigned()}"
            case "REMOVE":
                return self.path()
            case "ADD":
                return f"{self.path()} {self.value(st.one_of(st.just({'N': '1.5'}), sets, values))}"
        return f"{self.path()} {self.value(st.one_of(sets, sets, values))}"

    def _assigned(self) -> str:
        numbers = st.sampled_from([{"N": "1"}, {"N": "-2.5"}])
        match self.one_of("value", "value", "copy", "plus", "default", "append"):
            case "value":
                return self.value()
            case "copy":
                return self.path()
            case "plus":
                return f"{self.path()} {self.one_of('+', '-')} {self.value(numbers)}"
            case "default":
                return f"if_not_exists({self.path()}, {self.value()})"
        lists = st.sampled_from([{"L": [{"N": "1"}]}, {"L": []}])
        return f"list_append({self.path()}, {self.value(st.one_of(lists, values))})"

    def projection(self) -> str:
        """A projection."""
        return ", ".join(self.path() for _ in range(self.one_of(1, 2, 3)))

    def with_placeholders(self, members: dict[str, Any]) -> dict[str, Any]:
        """A request with the placeholders that its expressions use."""
        if self.names:
            members["ExpressionAttributeNames"] = self.names
        if self.values:
            members["ExpressionAttributeValues"] = self.values
        return members

    def sometimes(self, members: dict[str, Any], member: str, made: Callable[[], Any]) -> None:
        """A member that a request has every third time."""
        if self.draw(st.integers(0, 2)) == 0:
            members[member] = made()
