"""The stretch of keys that a KeyConditionExpression names, in a table or in an index."""

from typing import Final, NamedTuple, Protocol

from ..attributes import Typed
from ..errors import AwsError, invalid
from ..keys import END, OrderKey
from .conditions import Binder
from .lexer import malformed
from .nodes import All, Between, Call, Comparison, Condition, In, Not, Operand, Path, Some, Value
from .placeholders import Placeholders
from .values import kind_of

MEMBER: Final = "KeyConditionExpression"
TURNED: Final = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Keys(Protocol):
    """The key attributes of a table or an index, and where they stand in its order."""

    @property
    def partition(self) -> str:
        """The partition key."""
        ...

    @property
    def partition_type(self) -> str:
        """Its type."""
        ...

    @property
    def sort(self) -> str | None:
        """The sort key; None where there is none."""
        ...

    @property
    def sort_type(self) -> str:
        """Its type."""
        ...

    def prefix(self, partition: Typed) -> OrderKey:
        """What the keys of a partition begin with."""
        ...

    def place(self, sort: Typed) -> tuple[bytes, bytes]:
        """The stretch behind the prefix that one sort key takes: its start, and where it is over."""
        ...

    def beginning(self, sort: Typed) -> bytes:
        """What the sort keys that begin with this one have in common, behind the prefix."""
        ...


class _One(NamedTuple):
    """A condition on one key attribute."""

    name: str
    operator: str
    values: tuple[Typed, ...]


def stretch(keys: Keys, condition: Condition, placeholders: Placeholders) -> tuple[OrderKey, OrderKey]:
    """The range of keys that a condition names: where it starts and where it is over.

    Raises:
        AwsError: it is no key condition, or not one for these keys.
    """
    if not _is_plain(condition):
        Binder(placeholders, MEMBER).test(condition)  # for its refusals
    conditions: dict[str, _One] = {}
    for part in _parts(condition):
        one = _one(part, placeholders)
        if one.name in conditions:
            raise invalid("KeyConditionExpressions must only contain one condition per key")
        conditions[one.name] = one
    partition = conditions.pop(keys.partition, None)
    if partition is None or (conditions and (keys.sort is None or set(conditions) != {keys.sort})):
        raise invalid("Query condition missed key schema element: " + _missed(keys, partition, conditions))
    if partition.operator != "=":
        raise invalid("Query key condition not supported")
    prefix = keys.prefix(_of_type(partition.values[0], keys.partition, keys.partition_type))
    if not conditions:
        return prefix, prefix + END
    (sort,) = conditions.values()
    values = [_of_type(value, sort.name, keys.sort_type) for value in sort.values]
    return _between(keys, prefix, sort.operator, values)


def _is_plain(condition: Condition) -> bool:
    """Whether one key equals a value, which is most that is ever asked."""
    return (
        isinstance(condition, Comparison)
        and condition.operator == "="
        and isinstance(condition.left, Path)
        and isinstance(condition.right, Value)
    )


def _missed(keys: Keys, partition: _One | None, rest: dict[str, _One]) -> str:
    if partition is None:
        return keys.partition
    return keys.sort if keys.sort is not None else next(iter(rest))


def _parts(condition: Condition) -> list[Condition]:
    if not isinstance(condition, All):
        return [condition]
    return [inner for part in condition.conditions for inner in _parts(part)]


def _one(condition: Condition, placeholders: Placeholders) -> _One:
    match condition:
        case Comparison(sign, Value() as value, Path() as path) if sign in TURNED:
            return _condition(path, TURNED[sign], (value,), placeholders)
        case Comparison(sign, path, value) if sign in TURNED:
            return _condition(path, sign, (value,), placeholders)
        case Between(path, low, high):
            return _condition(path, "BETWEEN", (low, high), placeholders)
        case Call("begins_with", (path, value)):
            return _condition(path, "begins_with", (value,), placeholders)
    raise invalid(f"Invalid operator used in KeyConditionExpression: {_operator(condition)}")


def _operator(condition: Condition) -> str:
    match condition:
        case Comparison(sign):
            return sign
        case Call(function):
            return function
        case In():
            return "IN"
        case Not():
            return "NOT"
        case Some():
            return "OR"
    raise AssertionError(condition)


def _condition(path: Operand, operator: str, values: tuple[Operand, ...], placeholders: Placeholders) -> _One:
    if isinstance(path, Call) or any(isinstance(value, Call) for value in values):
        raise invalid("KeyConditionExpressions cannot contain nested operations")
    if not isinstance(path, Path):
        raise invalid(f"Invalid condition in {MEMBER}: No key attribute specified")
    steps = placeholders.path(path, MEMBER)
    if len(steps) > 1:
        raise invalid(
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
            f"Key: {steps[0]}"
        )
    typed = [placeholders.value(value, MEMBER) for value in values if isinstance(value, Value)]
    if len(typed) != len(values):
        raise invalid(f"Invalid condition in {MEMBER}: Multiple attribute names used in one condition")
    return _One(str(steps[0]), operator, tuple(typed))


def _of_type(typed: Typed, name: str, expected: str) -> Typed:
    if expected not in typed:
        raise invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
    if not typed[expected]:
        raise _empty(name, kind_of(typed))
    return typed


def _empty(name: str, kind: str) -> AwsError:
    what = "binary" if kind == "B" else "string"
    return invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
        f"{what} value. Key: {name}"
    )


def _between(keys: Keys, prefix: OrderKey, operator: str, values: list[Typed]) -> tuple[OrderKey, OrderKey]:
    if operator == "begins_with":
        if keys.sort_type == "N":
            raise malformed(
                MEMBER,
                "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
            )
        start = prefix + keys.beginning(values[0])
        return start, start + END
    low, behind_low = (prefix + part for part in keys.place(values[0]))
    _, behind_high = (prefix + part for part in keys.place(values[-1]))
    return {
        "=": (low, behind_low),
        "<": (prefix, low),
        "<=": (prefix, behind_low),
        ">": (behind_low, prefix + END),
        ">=": (low, prefix + END),
        "BETWEEN": (low, behind_high),
    }[operator]
