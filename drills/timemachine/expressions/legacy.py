"""The parameters of before 2014 as expressions: Expected, KeyConditions, QueryFilter, ScanFilter, AttributeUpdates.

Source: Developer Guide, "Legacy conditional parameters".
"""

from collections.abc import Mapping
from typing import Any, Final

from ..attributes import Attributes, checked
from ..errors import AwsError, invalid, not_one_of, not_serializable
from ..wire import optional
from .nodes import (
    Action,
    Add,
    All,
    Between,
    Call,
    Comparison,
    Condition,
    Delete,
    In,
    Not,
    Path,
    Remove,
    Set,
    Some,
    Update,
    Value,
)
from .placeholders import Placeholders

SIGNS: Final = {"EQ": "=", "NE": "<>", "LE": "<=", "LT": "<", "GE": ">=", "GT": ">"}
OPERANDS: Final = {**dict.fromkeys(SIGNS, 1), "NOT_NULL": 0, "NULL": 0, "CONTAINS": 1, "NOT_CONTAINS": 1,
                   "BEGINS_WITH": 1, "BETWEEN": 2}  # fmt: skip
"""How many values a comparison takes; IN takes one or more."""


class Legacy:
    """Names and values of legacy parameters, which become placeholders."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Attributes = {}

    def placeholders(self) -> Placeholders:
        """What the trees' placeholders stand for."""
        return Placeholders(self._names, self._values)

    def conditions(self, members: Mapping[str, Any], member: str) -> Condition | None:
        """The conditions that a member holds, joined by its request's ConditionalOperator; None where it has none.

        Raises:
            AwsError: a condition is malformed.
        """
        given = optional(members, member, dict)
        joint = optional(members, "ConditionalOperator", str) or "AND"
        if joint not in {"AND", "OR"}:
            raise not_one_of("conditionalOperator", joint, ("OR", "AND"))
        if not given:
            return None
        parts = tuple(self._condition(name, each) for name, each in given.items())
        return All(parts) if joint == "AND" or member == "KeyConditions" else Some(parts)

    def update(self, given: Mapping[str, object]) -> Update:
        """The actions of AttributeUpdates.

        Raises:
            AwsError: one is malformed.
        """
        return tuple(self._action(name, each) for name, each in given.items())

    def _path(self, name: str) -> Path:
        placeholder = f"#{len(self._names)}"
        self._names[placeholder] = name
        return Path((placeholder,))

    def _value(self, typed: object) -> Value:
        placeholder = f":{len(self._values)}"
        self._values[placeholder], _ = checked(typed)
        return Value(placeholder)

    def _condition(self, name: str, given: object) -> Condition:
        if not isinstance(given, dict):
            raise not_serializable("Start of structure or map found where not expected")
        path = self._path(name)
        operator = optional(given, "ComparisonOperator", str)
        if operator is None:
            return self._expected(name, path, given)
        if "Value" in given:
            listed: list[object] = [given["Value"]]
        else:
            listed = optional(given, "AttributeValueList", list) or []
        if operator not in OPERANDS and operator != "IN":
            raise not_one_of("comparisonOperator", operator, [*OPERANDS, "IN"])
        if len(listed) != OPERANDS.get(operator, len(listed)) or (operator == "IN" and not listed):
            raise invalid(
                "One or more parameter values were invalid: Invalid number of argument(s) for the "
                f"{operator} ComparisonOperator"
            )
        return _compared(operator, path, tuple(map(self._value, listed)))

    def _expected(self, name: str, path: Path, given: Mapping[str, Any]) -> Condition:
        exists = optional(given, "Exists", bool)
        if "Value" in given and exists is not False:
            return Comparison("=", path, self._value(given["Value"]))
        if exists is False and "Value" not in given:
            return Call("attribute_not_exists", (path,))
        found = "Value cannot be used when Exists is false" if exists is False else "Value must be provided"
        raise invalid(f"One or more parameter values were invalid: {found} for Attribute: {name}")

    def _action(self, name: str, given: object) -> Action:
        if not isinstance(given, dict):
            raise not_serializable("Start of structure or map found where not expected")
        action = optional(given, "Action", str) or "PUT"
        path = self._path(name)
        match action:
            case "DELETE" if given.get("Value") is None:
                return Remove(path)
            case "PUT" | "ADD" | "DELETE" if given.get("Value") is None:
                raise _needs_value(action)
            case "PUT":
                return Set(path, self._value(given["Value"]))
            case "ADD":
                return Add(path, self._value(given["Value"]))
            case "DELETE":
                return Delete(path, self._value(given["Value"]))
        raise not_one_of("attributeUpdates", action, ("ADD", "PUT", "DELETE"))


def _needs_value(action: str) -> AwsError:
    return invalid(
        "One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is "
        f"specified, but the action is {action}"
    )


def _compared(operator: str, path: Path, values: tuple[Value, ...]) -> Condition:
    match operator:
        case "NOT_NULL":
            return Call("attribute_exists", (path,))
        case "NULL":
            return Call("attribute_not_exists", (path,))
        case "CONTAINS":
            return Call("contains", (path, *values))
        case "NOT_CONTAINS":
            return Not(Call("contains", (path, *values)))
        case "BEGINS_WITH":
            return Call("begins_with", (path, *values))
        case "BETWEEN":
            return Between(path, *values)
        case "IN":
            return In(path, values)
    return Comparison(SIGNS[operator], path, *values)


def refuse_mixture(members: Mapping[str, Any], legacy: tuple[str, ...], expressions: tuple[str, ...]) -> None:
    """Refuse a request that has both expressions and parameters of before 2014.

    Raises:
        AwsError: it has.
    """
    old = [name for name in legacy if members.get(name) is not None]
    new = [name for name in expressions if members.get(name) is not None]
    if old and new:
        raise invalid(
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
            f"{{{', '.join(old)}}} Expression parameters: {{{', '.join(new)}}}"
        )
