"""Updates bound to a request's placeholders, and what they make of an item.

Every value is worked out of the item as it was; only then is anything changed, along copies: the old item stays whole.
"""

from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from ..attributes import Attributes, Typed, number
from ..errors import AwsError, SchemaMismatchError, invalid
from .lexer import malformed
from .nodes import Action, Add, Call, Delete, Operand, Path, Remove, Set, Steps, Sum, Update, Value
from .placeholders import Placeholders
from .projections import Projection, refuse_overlaps
from .values import SETS, found_at, kind_of

MEMBER: Final = "UpdateExpression"
EXACT: Final = Context(prec=400)
"""No sum of two numbers of DynamoDB is rounded in it: their digits span 256 places at most."""
LONG_NAMES: Final = {
    "S": "STRING", "N": "NUMBER", "B": "BINARY", "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET",
    "BOOL": "BOOLEAN", "NULL": "NULL", "L": "LIST", "M": "MAP",
}  # fmt: skip
Make: TypeAlias = Callable[[Attributes], Typed | None]
"""What a path gets, worked out of the item as it was; None when it goes."""


class Change(NamedTuple):
    """One path of an update and what it gets."""

    steps: Steps
    make: Make


class BoundUpdate(NamedTuple):
    """An update as a function of items."""

    changes: tuple[Change, ...]
    only_takes_away: bool = False
    """Whether it has but REMOVE and DELETE: where there is no item it makes none (measured on AWS)."""

    def of(self, item: Attributes) -> Attributes:
        """The item after the update.

        Raises:
            AwsError: a path leads nowhere, or a value is missing or of a type that does not fit.
        """
        tree: dict[Any, Any] = {}
        for steps, make in self.changes:
            node = tree
            for step in steps[:-1]:
                node = node.setdefault(step, {})
            node[steps[-1]] = _Leaf(make(item))
        return _changed_map(item, tree)

    @property
    def touched(self) -> Projection:
        """What the update is about, for UPDATED_OLD and UPDATED_NEW."""
        return Projection(tuple(change.steps for change in self.changes))


class _Leaf(NamedTuple):
    value: Typed | None


def bind_update(update: Update, placeholders: Placeholders, key_names: Sequence[str]) -> BoundUpdate:
    """An update with its placeholders put in.

    Raises:
        AwsError: a placeholder is not given or of a wrong type, two paths overlap, or one is part of the key.
    """
    changes = tuple(Change(placeholders.path(action.path, MEMBER), _make(action, placeholders)) for action in update)
    refuse_overlaps([change.steps for change in changes], MEMBER)
    for change in changes:
        if change.steps[0] in key_names:
            raise SchemaMismatchError(
                f"One or more parameter values were invalid: Cannot update attribute {change.steps[0]}. "
                "This attribute is part of the key"
            )
    return BoundUpdate(changes, bool(update) and all(isinstance(action, Remove | Delete) for action in update))


def _make(action: Action, placeholders: Placeholders) -> Make:
    match action:
        case Set(_, value):
            return _assigned(value, placeholders)
        case Remove():
            return lambda _: None
        case Add(path, value):
            return _added(placeholders.path(path, MEMBER), _operand_of(action, "ADD", value, placeholders))
        case Delete(path, value):
            return _deleted(placeholders.path(path, MEMBER), _operand_of(action, "DELETE", value, placeholders))


def _operand_of(action: Action, section: str, value: Value, placeholders: Placeholders) -> Typed:
    typed = placeholders.value(value, MEMBER)
    kind = kind_of(typed)
    if kind not in SETS and not (kind == "N" and isinstance(action, Add)):
        raise malformed(
            MEMBER,
            f"Incorrect operand type for operator or function; operator: {section}, operand type: "
            f"{LONG_NAMES[kind]}, typeSet: ALLOWED_FOR_{section}_OPERAND",
        )
    return typed


def _assigned(value: Operand | Sum, placeholders: Placeholders) -> Make:
    match value:
        case Value():
            constant = placeholders.value(value, MEMBER)
            return lambda _: constant
        case Path():
            steps = placeholders.path(value, MEMBER)
            return lambda item: _there(found_at(item, steps))
        case Sum(sign, left, right):
            return _sum(sign, _fitting(left, sign, "N", placeholders), _fitting(right, sign, "N", placeholders))
        case Call("if_not_exists", (Path() as path, default)):
            tried, otherwise = placeholders.path(path, MEMBER), _assigned(default, placeholders)
            return lambda item: found_at(item, tried) or otherwise(item)
        case Call("list_append", (head, tail)):
            first = _fitting(head, "list_append", "L", placeholders)
            second = _fitting(tail, "list_append", "L", placeholders)
            return lambda item: {"L": [*_of_type(first(item), "L"), *_of_type(second(item), "L")]}
    raise AssertionError(value)


def _fitting(operand: Operand, name: str, kind: str, placeholders: Placeholders) -> Make:
    """An operand that must be of a type: a value is looked at now, what an item holds when it is read."""
    if isinstance(operand, Value):
        found = kind_of(placeholders.value(operand, MEMBER))
        if found != kind:
            raise malformed(
                MEMBER,
                f"Incorrect operand type for operator or function; operator or function: {name}, operand type: {found}",
            )
    return _assigned(operand, placeholders)


def _there(found: Typed | None) -> Typed:
    if found is None:
        raise invalid("The provided expression refers to an attribute that does not exist in the item")
    return found


def _of_type(typed: Typed | None, kind: str) -> Any:
    if typed is None or kind not in typed:
        raise _wrong_type()
    return typed[kind]


def _wrong_type() -> AwsError:
    return invalid("An operand in the update expression has an incorrect data type")


def _sum(sign: str, left: Make, right: Make) -> Make:
    combine = EXACT.add if sign == "+" else EXACT.subtract

    def made(item: Attributes) -> Typed:
        one, other = _of_type(left(item), "N"), _of_type(right(item), "N")
        return {"N": number(str(combine(Decimal(one), Decimal(other))))}

    return made


def _added(steps: Steps, operand: Typed) -> Make:
    ((kind, value),) = operand.items()

    def made(item: Attributes) -> Typed:
        found = found_at(item, steps)
        if found is None:
            return operand
        present = _of_type(found, kind)
        if kind == "N":
            return {"N": number(str(EXACT.add(Decimal(present), Decimal(value))))}
        return {kind: list(dict.fromkeys([*present, *value]))}

    return made


def _deleted(steps: Steps, operand: Typed) -> Make:
    ((kind, value),) = operand.items()

    def made(item: Attributes) -> Typed | None:
        found = found_at(item, steps)
        if found is None:
            return None
        left = [member for member in _of_type(found, kind) if member not in value]
        return {kind: left} if left else None

    return made


def _changed_map(entries: Attributes, tree: dict[Any, Any]) -> Attributes:
    changed = dict(entries)
    for name, node in tree.items():
        if not isinstance(name, str):
            raise _no_such_path()
        if not isinstance(node, _Leaf):
            changed[name] = _changed(entries.get(name), node)
        elif node.value is not None:
            changed[name] = node.value
        else:
            changed.pop(name, None)
    return changed


def _changed(typed: Typed | None, tree: dict[Any, Any]) -> Typed:
    if typed is not None and "M" in typed:
        return {"M": _changed_map(typed["M"], tree)}
    if typed is not None and "L" in typed:
        return {"L": _changed_list(typed["L"], tree)}
    raise _no_such_path()


def _changed_list(members: list[Typed], tree: dict[Any, Any]) -> list[Typed]:
    """Places are those of the list as it was; what is set behind its end is appended, in the order of the places."""
    if any(isinstance(place, str) for place in tree):
        raise _no_such_path()
    changed: list[Typed | None] = list(members)
    for place in sorted(tree):
        node = tree[place]
        if not isinstance(node, _Leaf):
            changed[place : place + 1] = [_changed(members[place] if place < len(members) else None, node)]
        elif place < len(members):
            changed[place] = node.value
        else:
            changed.append(node.value)
    return [member for member in changed if member is not None]


def _no_such_path() -> AwsError:
    return invalid("The document path provided in the update expression is invalid for update")
