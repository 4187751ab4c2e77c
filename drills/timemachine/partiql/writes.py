"""INSERT, UPDATE, DELETE and EXISTS as the writes that the other operations make."""

from collections.abc import Collection
from typing import NamedTuple

from ..attributes import Attributes, Typed, checked_item
from ..backend import Request
from ..conditions import Condition
from ..errors import AwsError, invalid
from ..expressions.conditions import Binder
from ..expressions.nodes import All, Comparison, Path, Value
from ..expressions.nodes import Condition as Tree
from ..expressions.placeholders import Placeholders
from ..expressions.updates import bind_update
from ..journal import stored
from ..table import Table
from ..writing import Written
from .statements import Statement

MEMBER = "Statement"


class NoDuplicate(NamedTuple):
    """What must hold for an INSERT: nothing is there."""

    def check(self, item: Attributes) -> None:
        """Refuse it where something is.

        Raises:
            AwsError: DuplicateItemException.
        """
        if item:
            raise AwsError("DuplicateItemException", "Duplicate primary key exists in table")


def parts_of(condition: Tree | None) -> list[Tree]:
    """The conditions that AND joins."""
    if condition is None:
        return []
    return (
        [inner for part in condition.conditions for inner in parts_of(part)]
        if isinstance(condition, All)
        else [condition]
    )


def equality(part: Tree, names: Collection[str], placeholders: Placeholders) -> tuple[str, Typed] | None:
    """Which of some attributes a condition sets equal to a value; None where it does something else."""
    match part:
        case Comparison("=", Path((str(name),)), Value() as value) | Comparison(
            "=", Value() as value, Path((str(name),))
        ):
            (step,) = placeholders.path(Path((name,)), MEMBER)
            return (str(step), placeholders.value(value, MEMBER)) if step in names else None
    return None


def key_and_rest(statement: Statement, table: Table) -> tuple[Attributes, list[Tree]]:
    """The key that a WHERE clause names, and what else it asks.

    Raises:
        AwsError: it does not name the whole key.
    """
    key: Attributes = {}
    rest: list[Tree] = []
    for part in parts_of(statement.condition):
        found = equality(part, table.keys.names, statement.placeholders)
        if found is None or found[0] in key:
            rest.append(part)
        else:
            key[found[0]] = found[1]
    if set(key) != set(table.keys.names):
        raise invalid("Where clause does not contain a mandatory equality on all key attributes")
    return key, rest


def written(request: Request, statement: Statement, *, shows_item: bool) -> Written:
    """The write that a statement asks for.

    Args:
        request: whose backend has the table.
        statement: it writes, or it is an EXISTS.
        shows_item: whether a failed condition shows the item.

    Raises:
        AwsError: it is malformed, or does not name the whole key.
    """
    table = request.backend.get_table(statement.table)
    if statement.verb == "INSERT":
        attributes, size = checked_item(dict(statement.item))
        key = table.keys.of_item(attributes)
        table.check_index_keys(attributes)
        return Written(table, key, NoDuplicate(), stored(attributes, size))
    names, rest = key_and_rest(statement, table)
    binder = Binder(statement.placeholders, MEMBER)
    tests = [binder.test(part) for part in rest]
    condition = Condition(lambda item: bool(item) and all(test(item) for test in tests), shows_item)
    key = table.keys.of_key(names)
    if statement.verb == "UPDATE":
        change = bind_update(statement.update, statement.placeholders, table.keys.names)
        return Written(table, key, condition, None, change, names)
    if statement.verb == "DELETE":
        return Written(table, key, condition if tests else None, None)
    return Written(table, key, condition, None, only_checks=True)
