"""Conditions, filters and projections of requests, understood by moto's parsers."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import orjson
from moto.dynamodb.comparisons import create_condition_expression_parser, get_expected
from moto.dynamodb.exceptions import DynamodbException
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.responses import ProjectionExpressionParser, validate_attributes_used

from .attributes import Attributes, checked_values
from .blueprint import Shape
from .changelog import Version
from .errors import condition_failed, invalid, not_serializable
from .wire import optional

if TYPE_CHECKING:
    from .table import Table

Test: TypeAlias = Callable[[Item | None], bool]
"""Whether an item (None: no item) meets a condition."""
Path: TypeAlias = Sequence[str | int]
"""A document path: attribute name, then names and list places."""

PATH_STEP = re.compile(r"([^\[\]]+)((?:\[\d+\])*)\Z")
PLACE = re.compile(r"\[(\d+)\]")


class Expressions(NamedTuple):
    """The placeholders of a request and which names its expressions have used."""

    names: dict[str, str]
    values: Attributes
    used: list[str]

    @classmethod
    def of(cls, members: Mapping[str, Any]) -> "Expressions":
        """The placeholders as the request gives them; numbers in them are normalised.

        Raises:
            AwsError: a placeholder is malformed.
        """
        names = optional(members, "ExpressionAttributeNames", dict)
        values = optional(members, "ExpressionAttributeValues", dict)
        if names == {}:
            raise invalid("ExpressionAttributeNames must not be empty")
        if values == {}:
            raise invalid("1 validation error detected: ExpressionAttributeValues must not be empty")
        for key in values or {}:
            if not key.startswith(":"):
                raise invalid(f'ExpressionAttributeValues contains invalid key: Syntax error; key: "{key}"')
        return cls(names or {}, checked_values(values or {}), [])

    def test(self, members: Mapping[str, Any], member: str) -> Test | None:
        """The condition or filter that a member holds; None where the request has none.

        Raises:
            AwsError: it cannot be parsed, or names a placeholder that is not given.
        """
        text = optional(members, member, str)
        if text is None:
            return None
        if not text.strip():
            raise invalid(f"Invalid {member}: The expression can not be empty;")
        parser = create_condition_expression_parser(text, self.names, self.values)
        try:
            parsed = parser.parse()
        except DynamodbException:
            raise
        except KeyError as error:
            raise invalid(
                f"Invalid {member}: An expression attribute name or value used in expression is not defined: {error}"
            ) from None
        except (ValueError, IndexError) as error:
            raise invalid(f"Invalid {member}: Syntax error; {error}") from None
        self.used.extend(parser.expr_attr_names_found)
        return _lenient(parsed.expr)

    def projection(self, members: Mapping[str, Any]) -> "Projection | None":
        """Which parts of items are asked for; None for all.

        Raises:
            AwsError: the expression cannot be parsed.
        """
        text = optional(members, "ProjectionExpression", str)
        attributes = optional(members, "AttributesToGet", list)
        if not all(isinstance(name, str) for name in attributes or ()):
            raise not_serializable("AttributesToGet must be a list of strings")
        if text is None:
            return None if attributes is None else Projection(tuple((name,) for name in attributes))
        if attributes is not None:
            raise invalid(
                "Can not use both expression and non-expression parameters in the same request: "
                "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"
            )
        if not text.strip():
            raise invalid("Invalid ProjectionExpression: The expression can not be empty;")
        ProjectionExpressionParser(text, self.names).parse()  # for its refusals
        return Projection(tuple(self._path(part.strip()) for part in text.split(",")))

    def _path(self, text: str) -> Path:
        path: list[str | int] = []
        for step in text.split("."):
            match = PATH_STEP.match(step)
            if match is None:
                raise invalid(f'Invalid ProjectionExpression: Syntax error; token: "{step}"')
            name, places = match.groups()
            if name.startswith("#"):
                if name not in self.names:
                    raise invalid(
                        "Invalid ProjectionExpression: An expression attribute name used in the document path is not "
                        f"defined; attribute name: {name}"
                    )
                self.used.append(name)
            path.append(self.names.get(name, name))
            path.extend(int(place) for place in PLACE.findall(places))
        return path

    def refuse_unused(self) -> None:
        """Refuse names that no expression used.

        Raises:
            DynamodbException: moto's ValidationException.
        """
        validate_attributes_used(self.names, self.used, validation_error_prefix=False)


def _lenient(test: Test) -> Test:
    """DynamoDB takes a comparison of two types for false; moto's raises."""

    def lenient(item: Item | None) -> bool:
        try:
            return bool(test(item))
        except TypeError:
            return False

    return lenient


class Condition(NamedTuple):
    """What must hold for a write, and whether the caller wants to see the item when it does not."""

    test: Test
    shows_item: bool

    def check(self, table: "Table", version: Version | None) -> None:
        """Refuse the write if the condition does not hold for a version (None: no item).

        Raises:
            AwsError: ConditionalCheckFailedException.
        """
        if not self.test(table.item_of(version)):
            shown = orjson.loads(version.wire or b"{}") if self.shows_item and version else None
            raise condition_failed(shown)


def condition_of(members: Mapping[str, Any]) -> Condition | None:
    """The condition of a put, delete or check; None where it has none.

    Raises:
        AwsError: it cannot be parsed.
    """
    expected = optional(members, "Expected", dict)
    expressions = Expressions.of(members)
    test = expressions.test(members, "ConditionExpression")
    expressions.refuse_unused()
    if expected:
        if test is not None:
            raise invalid(
                "Can not use both expression and non-expression parameters in the same request: "
                "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}"
            )
        test = _lenient(get_expected(expected).expr)
    if test is None:
        return None
    return Condition(test, members.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD")


class Projection(NamedTuple):
    """The document paths of an item that are asked for."""

    paths: tuple[Path, ...]

    def of(self, item: Shape) -> Shape:
        """What the paths find in an item, in the item's own shape. List members close ranks."""
        if all(len(path) == 1 for path in self.paths):
            return {path[0]: item[path[0]] for path in self.paths if path[0] in item}
        tree: dict[str | int, Any] = {}
        for path in self.paths:
            node = tree
            for step in path:
                node = node.setdefault(step, {})
        return {
            str(name): found
            for name, below in tree.items()
            if name in item and (found := _picked(item[str(name)], below)) is not None
        }


def _picked(typed: Shape, tree: dict[str | int, Any]) -> Shape | None:
    if not tree:
        return typed
    if "M" in typed:
        members = typed["M"]
        inside = {
            name: found
            for name, below in tree.items()
            if name in members and (found := _picked(members[name], below)) is not None
        }
        return {"M": inside} if inside else None
    if "L" in typed:
        places = sorted(step for step in tree if isinstance(step, int) and step < len(typed["L"]))
        listed = [found for place in places if (found := _picked(typed["L"][place], tree[place])) is not None]
        return {"L": listed} if listed else None
    return None
