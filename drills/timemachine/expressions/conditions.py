"""Conditions bound to a request's placeholders: functions of items."""

import operator
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from ..attributes import Attributes, Typed
from ..errors import AwsError
from .lexer import malformed
from .nodes import All, Between, Call, Comparison, Condition, In, Not, Operand, Path, Some, Steps, Value
from .placeholders import Placeholders
from .values import ORDERED, TYPES, begins_with, contains, equal, found_at, kind_of, order_of, size_of

Test: TypeAlias = Callable[[Attributes], bool]
"""Whether an item meets a condition; the item that is not there has no attributes."""
Get: TypeAlias = Callable[[Attributes], Typed | None]

ORDERS: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
SIZED: Final = frozenset(TYPES) - {"N", "BOOL", "NULL"}
TAKES: Final = {
    "begins_with": (frozenset("SB"), frozenset("SB")),
    "contains": (frozenset(TYPES), frozenset(TYPES)),
    "attribute_type": (frozenset(TYPES), frozenset("S")),
    "size": (SIZED,),
}
"""Which types of values a function takes, operand by operand."""


class Bound(NamedTuple):
    """An operand: how an item gives it, and its value where every item gives the same, or its path where it has one."""

    get: Get
    constant: Typed | None
    path: Steps | None


class Binder:
    """Binds one expression.

    Args:
        placeholders: the request's.
        member: the request's member that holds the expression, for refusals.
    """

    def __init__(self, placeholders: Placeholders, member: str) -> None:
        self._placeholders = placeholders
        self._member = member
        self.attributes: set[str] = set()
        """The top-level attributes that the expression reads."""

    def test(self, condition: Condition) -> Test:
        """A condition as a function.

        Raises:
            AwsError: a placeholder is not given, or has a type that does not fit.
        """
        match condition:
            case All(parts):
                tests = tuple(map(self.test, parts))
                return lambda item: all(test(item) for test in tests)
            case Some(parts):
                tests = tuple(map(self.test, parts))
                return lambda item: any(test(item) for test in tests)
            case Not(inner):
                negated = self.test(inner)
                return lambda item: not negated(item)
            case Comparison(sign, left, right):
                return self._comparison(sign, self._bound(left), self._bound(right))
            case Between(operand, low, high):
                return self._between(self._bound(operand), self._bound(low), self._bound(high))
            case In(operand, choices):
                return self._in(self._bound(operand), [self._bound(choice) for choice in choices])
            case Call():
                return self._function(condition)

    def _refused(self, message: str) -> AwsError:
        return malformed(self._member, message)

    def _bound(self, operand: Operand) -> Bound:
        match operand:
            case Value():
                constant = self._placeholders.value(operand, self._member)
                return Bound(lambda _: constant, constant, None)
            case Path():
                return self._place(operand)
            case Call(function, (inner,)):
                measured = self._bound(inner)
                self._check_types(function, [measured])
                if measured.constant is None and measured.path is None:
                    raise self._wrong_type(function, "N")
                return Bound(_size(measured.get), None, None)
        raise AssertionError(operand)

    def _place(self, path: Path) -> Bound:
        steps = self._placeholders.path(path, self._member)
        first = str(steps[0])
        self.attributes.add(first)
        if len(steps) == 1:
            return Bound(lambda item: item.get(first), None, steps)
        return Bound(lambda item: found_at(item, steps), None, steps)

    def _wrong_type(self, name: str, kind: str) -> AwsError:
        return self._refused(
            f"Incorrect operand type for operator or function; operator or function: {name}, operand type: {kind}"
        )

    def _check_types(self, function: str, operands: list[Bound]) -> None:
        for bound, kinds in zip(operands, TAKES.get(function, ()), strict=False):
            if bound.constant is not None and kind_of(bound.constant) not in kinds:
                raise self._wrong_type(function, kind_of(bound.constant))

    def _check_distinct(self, name: str, first: Bound, rest: list[Bound]) -> None:
        if first.path is not None and any(first.path == other.path for other in rest):
            raise self._refused(
                "The first operand must be distinct from the remaining operands for this operator or function; "
                f"operator: {name}, first operand: {shown(first.path)}"
            )

    def _check_ordered(self, name: str, *operands: Bound) -> None:
        for bound in operands:
            if bound.constant is not None and kind_of(bound.constant) not in ORDERED:
                raise self._wrong_type(name, kind_of(bound.constant))

    def _comparison(self, sign: str, left: Bound, right: Bound) -> Test:
        self._check_distinct(sign, left, [right])
        if sign == "=":
            return _equality(left.get, right.get)
        if sign == "<>":
            same = _equality(left.get, right.get)
            return lambda item: not same(item)
        self._check_ordered(sign, left, right)
        return _order(sign, left.get, right)

    def _between(self, operand: Bound, low: Bound, high: Bound) -> Test:
        self._check_ordered("BETWEEN", operand, low, high)
        self._check_distinct("BETWEEN", operand, [low, high])
        if low.constant is not None and high.constant is not None:
            self._check_bounds(low.constant, high.constant)
        above, below = _order(">=", operand.get, low), _order("<=", operand.get, high)
        return lambda item: above(item) and below(item)

    def _check_bounds(self, low: Typed, high: Typed) -> None:
        (kind, least), (other, most) = *low.items(), *high.items()
        said = (
            f"lower bound operand: AttributeValue: {{{kind}:{least}}}, "
            f"upper bound operand: AttributeValue: {{{other}:{most}}}"
        )
        if kind != other:
            raise self._refused(f"The BETWEEN operator requires same data type for lower and upper bounds; {said}")
        if order_of(kind, most) < order_of(kind, least):  # type: ignore[operator]  # two of one type
            raise self._refused(
                f"The BETWEEN operator requires upper bound to be greater than or equal to lower bound; {said}"
            )

    def _in(self, operand: Bound, choices: list[Bound]) -> Test:
        self._check_distinct("IN", operand, choices)
        tests = [_equality(operand.get, choice.get) for choice in choices]
        return lambda item: any(test(item) for test in tests)

    def _function(self, call: Call) -> Test:
        name = call.function
        operands = [self._bound(operand) for operand in call.operands]
        first = operands[0]
        if name in {"attribute_exists", "attribute_not_exists"}:
            if first.path is None:
                raise self._refused(f"Operator or function requires a document path; operator or function: {name}")
            exists = name == "attribute_exists"
            return lambda item: (first.get(item) is not None) is exists
        self._check_types(name, operands)
        second = operands[1]
        self._check_distinct(name, first, [second])
        if name == "attribute_type":
            return self._typed(first, second)
        return _both(begins_with if name == "begins_with" else contains, first.get, second.get)

    def _typed(self, operand: Bound, wanted: Bound) -> Test:
        if wanted.constant is None:
            raise self._wrong_type("attribute_type", "a document path; a value is needed")
        kind = wanted.constant["S"]
        if kind not in TYPES:
            raise self._refused(
                f"Invalid attribute type name found; type: {kind}, valid types: {{{','.join(sorted(TYPES))}}}"
            )
        return lambda item: kind in (operand.get(item) or ())


def shown(path: Steps) -> str:
    """A document path as AWS's refusals write it: `[m, [0], k]`."""
    return f"[{', '.join(step if isinstance(step, str) else f'[{step}]' for step in path)}]"


def _equality(left: Get, right: Get) -> Test:
    return _both(equal, left, right)


def _both(holds: Callable[[Typed, Typed], bool], left: Get, right: Get) -> Test:
    def test(item: Attributes) -> bool:
        one = left(item)
        if one is None:
            return False
        other = right(item)
        return other is not None and holds(one, other)

    return test


def _order(sign: str, left: Get, right: Bound) -> Test:
    holds = ORDERS[sign]

    def compared(one: Typed, other: Typed) -> bool:
        ((kind, value),) = one.items()
        if kind not in ORDERED or kind not in other:
            return False
        return bool(holds(order_of(kind, value), order_of(kind, other[kind])))

    if right.constant is None:
        return _both(compared, left, right.get)
    kind = kind_of(right.constant)
    bound = order_of(kind, right.constant[kind])

    def against_bound(item: Attributes) -> bool:
        found = left(item)
        return found is not None and kind in found and bool(holds(order_of(kind, found[kind]), bound))

    return against_bound


def _size(get: Get) -> Get:
    def measured(item: Attributes) -> Typed | None:
        found = get(item)
        size = None if found is None else size_of(found)
        return None if size is None else {"N": str(size)}

    return measured
