"""What requests say in expressions, or in the parameters of before 2014: conditions, filters, projections, updates."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from .attributes import Attributes
from .errors import AwsError, condition_failed, invalid, not_one_of, not_serializable, unfit
from .expressions.conditions import Binder, Test
from .expressions.grammar import read_condition, read_projection, read_update
from .expressions.legacy import Legacy, refuse_mixture
from .expressions.placeholders import Placeholders
from .expressions.projections import Projection, refuse_overlaps
from .expressions.updates import BoundUpdate, bind_update
from .wire import optional

EXPRESSIONS: Final = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
LEGACY: Final = ("AttributesToGet", "AttributeUpdates", "Expected", "KeyConditions", "QueryFilter", "ScanFilter")


class Condition(NamedTuple):
    """What must hold for a write, and whether the caller wants to see the item when it does not."""

    test: Test
    shows_item: bool

    def check(self, item: Attributes) -> None:
        """Refuse the write if the condition does not hold; what is not there has no attributes.

        Raises:
            AwsError: ConditionalCheckFailedException.
        """
        if not self.test(item):
            raise condition_failed(item if self.shows_item and item else None)


class Filter(NamedTuple):
    """What a query or scan keeps, and the top-level attributes that it looks at."""

    test: Test
    attributes: frozenset[str]


def condition_of(members: Mapping[str, Any], placeholders: Placeholders) -> Condition | None:
    """The condition of a write; None where it has none.

    Raises:
        AwsError: it is malformed.
    """
    choice = optional(members, "ReturnValuesOnConditionCheckFailure", str)
    if choice not in {"ALL_OLD", "NONE", None}:
        raise not_one_of("returnValuesOnConditionCheckFailure", choice, ("ALL_OLD", "NONE"))
    found = filter_of(members, placeholders, "ConditionExpression", "Expected")
    return None if found is None else Condition(found.test, choice == "ALL_OLD")


def filter_of(members: Mapping[str, Any], placeholders: Placeholders, member: str, legacy: str) -> Filter | None:
    """The condition that a member holds, or the one of before 2014; None where the request has neither.

    Raises:
        AwsError: it is malformed, or the request has both.
    """
    text = optional(members, member, str)
    if text is not None:
        refuse_mixture(members, LEGACY, EXPRESSIONS)
        tree = read_condition(text, member)
    elif members.get(legacy):
        refuse_mixture(members, LEGACY, EXPRESSIONS)
        old = Legacy()
        found = old.conditions(members, legacy)
        if found is None:
            return None
        tree, member, placeholders = found, legacy, old.placeholders()
    else:
        return None
    binder = Binder(placeholders, member)
    return Filter(binder.test(tree), frozenset(binder.attributes))


def projection_of(members: Mapping[str, Any], placeholders: Placeholders) -> Projection | None:
    """Which parts of items are asked for; None for all.

    Raises:
        AwsError: the expression is malformed, or the request names attributes in the way of before 2014 as well.
    """
    text = optional(members, "ProjectionExpression", str)
    attributes = optional(members, "AttributesToGet", list)
    if text is None and attributes is None:
        return None
    refuse_mixture(members, LEGACY, EXPRESSIONS)
    if text is None:
        return Projection(_attributes_to_get(attributes or []))
    paths = tuple(placeholders.path(path, "ProjectionExpression") for path in read_projection(text))
    refuse_overlaps(paths, "ProjectionExpression")
    return Projection(paths)


def _attributes_to_get(names: Sequence[object]) -> tuple[tuple[str], ...]:
    paths = tuple((name,) for name in names if isinstance(name, str))
    if len(paths) != len(names):
        raise not_serializable("AttributesToGet must be a list of strings")
    if not paths:
        raise _no_attributes()
    if len(set(paths)) != len(paths):
        raise invalid("One or more parameter values were invalid: Duplicate value in attribute name")
    return paths


def _no_attributes() -> AwsError:
    return unfit("attributesToGet", "have length greater than or equal to 1", "[]")


def update_of(members: Mapping[str, Any], placeholders: Placeholders, key_names: Sequence[str]) -> BoundUpdate:
    """What an UpdateItem does to its item; nothing where the request names only the key.

    Raises:
        AwsError: it is malformed, or changes the key.
    """
    text = optional(members, "UpdateExpression", str)
    if text is not None:
        refuse_mixture(members, LEGACY, EXPRESSIONS)
        return bind_update(read_update(text), placeholders, key_names)
    given = optional(members, "AttributeUpdates", dict)
    if not given:
        return BoundUpdate(())
    refuse_mixture(members, LEGACY, EXPRESSIONS)
    legacy = Legacy()
    update = legacy.update(given)
    return bind_update(update, legacy.placeholders(), key_names)
