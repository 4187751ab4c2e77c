"""The names and values that a request gives its expressions, and which of them were used."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..attributes import Attributes, Typed, checked
from ..errors import AwsError, invalid
from ..wire import optional
from .lexer import malformed
from .nodes import Path, Steps, Value

NAME: Final = re.compile(r"#[A-Za-z0-9_]+\Z")
VALUE: Final = re.compile(r":[A-Za-z0-9_]+\Z")
OF_VALUES: Final = ("ConditionExpression", "FilterExpression", "KeyConditionExpression", "UpdateExpression")
"""Members that may use values."""
OF_NAMES: Final = (*OF_VALUES, "ProjectionExpression")


class Placeholders:
    """What stands behind `#a` and `:v`.

    Args:
        names: attribute names by placeholder.
        values: values as they are stored, by placeholder.
    """

    def __init__(self, names: Mapping[str, str], values: Attributes) -> None:
        self._names = names
        self._values = values
        self._used: set[str] = set()

    @classmethod
    def of(cls, members: Mapping[str, Any], takes_values: Iterable[str] = ()) -> "Placeholders":
        """The placeholders as a request gives them.

        Args:
            members: the request's.
            takes_values: the operation's expressions that may use values, for the refusal.

        Raises:
            AwsError: a placeholder or its value is malformed, or there is no expression to use it.
        """
        names = optional(members, "ExpressionAttributeNames", dict)
        values = optional(members, "ExpressionAttributeValues", dict)
        if names is None and values is None:
            return cls({}, {})
        if names is not None:
            _check_names(names, members)
        checked_values = {} if values is None else _checked_values(values, members, tuple(takes_values))
        return cls(names or {}, checked_values)

    def path(self, path: Path, member: str) -> Steps:
        """A document path with its names put in.

        Raises:
            AwsError: a name is not given.
        """
        steps = path.steps
        if len(steps) == 1 and steps[0][0] != "#":  # type: ignore[index]  # the first step is a name
            return steps
        return tuple(self._name(step, member) if isinstance(step, str) else step for step in steps)

    def _name(self, step: str, member: str) -> str:
        if step[0] != "#":
            return step
        if step not in self._names:
            raise malformed(
                member,
                "An expression attribute name used in the document path is not defined; attribute name: " + step,
            )
        self._used.add(step)
        return self._names[step]

    def value(self, value: Value, member: str) -> Typed:
        """A value.

        Raises:
            AwsError: it is not given.
        """
        found = self._values.get(value.name)
        if found is None:
            raise malformed(
                member,
                f"An expression attribute value used in expression is not defined; attribute value: {value.name}",
            )
        self._used.add(value.name)
        return found

    def refuse_unused(self) -> None:
        """Refuse names and values that no expression used.

        Raises:
            AwsError: there are some.
        """
        for member, given in (("Names", self._names), ("Values", self._values)):
            unused = [placeholder for placeholder in given if placeholder not in self._used]
            if unused:
                raise invalid(
                    f"Value provided in ExpressionAttribute{member} unused in expressions: keys: "
                    f"{{{', '.join(unused)}}}"
                )


def _check_names(names: Mapping[str, object], members: Mapping[str, Any]) -> None:
    if not any(members.get(member) is not None for member in OF_NAMES):
        raise invalid("ExpressionAttributeNames can only be specified when using expressions")
    if not names:
        raise invalid("ExpressionAttributeNames must not be empty")
    for key, name in names.items():
        if not NAME.match(key):
            raise invalid(f'ExpressionAttributeNames contains invalid key: Syntax error; key: "{key}"')
        if not isinstance(name, str) or not name:
            raise invalid(f"ExpressionAttributeNames contains invalid value: Empty attribute name for key {key}")


def _checked_values(values: Attributes, members: Mapping[str, Any], takes_values: tuple[str, ...]) -> Attributes:
    if not any(members.get(member) is not None for member in OF_VALUES):
        missing = (
            f": {' and '.join(takes_values)} {'are' if len(takes_values) > 1 else 'is'} null" if takes_values else ""
        )
        raise invalid(f"ExpressionAttributeValues can only be specified when using expressions{missing}")
    if not values:
        raise invalid("ExpressionAttributeValues must not be empty")
    found = {}
    for key, typed in values.items():
        if not VALUE.match(key):
            raise invalid(f'ExpressionAttributeValues contains invalid key: Syntax error; key: "{key}"')
        try:
            found[key], _ = checked(typed)
        except AwsError as error:
            if error.name != "ValidationException":
                raise
            text = error.message.rstrip(".")
            raise invalid(f"ExpressionAttributeValues contains invalid value: {text} for key {key}") from None
    return found
