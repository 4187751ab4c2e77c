"""An IAM policy document, read and asked what it allows.

What is evaluated is what dynadrill writes: statements with Effect, Action and Resource, and of conditions StringEquals,
StringLike and Null on single values. Anything else is refused, rather than taken for something that it is not
(IAM User Guide, "Policy evaluation logic", "IAM JSON policy elements reference").
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..errors import UsageError

FORM_HINT = (
    'A policy reads {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ..., "Resource": ...}]}.'
)
MEMBERS = frozenset({"Sid", "Effect", "Action", "Resource", "Condition"})
OPERATORS = ("StringEquals", "StringLike", "Null")

Context = Mapping[str, str]
"""The condition keys of a request that are known, by their names in lower case."""


@dataclass(frozen=True)
class Statement:
    """One statement."""

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Operator, key in lower case, values."""

    def matches(self, action: str, resource: str, context: Context) -> bool:
        """Whether it is about an action on a resource."""
        return (
            any(_like(pattern.lower(), action.lower()) for pattern in self.actions)
            and any(_like(pattern, resource) for pattern in self.resources)
            and all(_holds(each, context) for each in self.conditions)
        )


@dataclass(frozen=True)
class Policy:
    """A policy document."""

    statements: tuple[Statement, ...]

    def allows(self, action: str, resource: str, context: Context) -> bool:
        """Whether it allows an action on a resource: an explicit Deny wins, and what nobody allows is denied.

        Args:
            action: such as `dynamodb:PutItem`.
            resource: an ARN, or `*` for an action that is about no single resource.
            context: condition keys of the request.
        """
        found = [each for each in self.statements if each.matches(action, resource, context)]
        return bool(found) and all(each.allows for each in found)


def read_policy(document: Any) -> Policy:
    """Read a policy document.

    Raises:
        UsageError: it is none, or has something that is not evaluated here.
    """
    if not isinstance(document, Mapping) or "Statement" not in document:
        raise UsageError("the policy has no Statement", FORM_HINT)
    statements = document["Statement"]
    listed = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(listed, list):
        raise UsageError("the policy's Statement is no list", FORM_HINT)
    return Policy(tuple(_statement(each) for each in listed))


def _statement(given: Any) -> Statement:
    if not isinstance(given, Mapping) or set(given) - MEMBERS or not {"Effect", "Action", "Resource"} <= set(given):
        found = ", ".join(map(str, given)) if isinstance(given, Mapping) else repr(given)
        raise UsageError(f"a statement of the policy has {found}", f"Expected {', '.join(sorted(MEMBERS))}.")
    if given["Effect"] not in {"Allow", "Deny"}:
        raise UsageError(f"the effect of a statement is {given['Effect']!r}", "Write Allow or Deny.")
    conditions = [
        (operator, key.lower(), _texts(values))
        for operator, keys in dict(given.get("Condition", {})).items()
        for key, values in dict(keys).items()
    ]
    unknown = [operator for operator, _, _ in conditions if operator not in OPERATORS]
    if unknown:
        raise UsageError(f"the condition {unknown[0]} is not evaluated here", f"There are {', '.join(OPERATORS)}.")
    return Statement(given["Effect"] == "Allow", _texts(given["Action"]), _texts(given["Resource"]), tuple(conditions))


def _texts(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(map(str, given))


def _holds(condition: tuple[str, str, Sequence[str]], context: Context) -> bool:
    operator, key, values = condition
    if operator == "Null":
        return (key not in context) == (values[0].lower() == "true")
    if key not in context:
        return False
    return context[key] in values if operator == "StringEquals" else any(_like(each, context[key]) for each in values)


def _like(pattern: str, text: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """`*` is any run of characters, `?` any one; nothing else means anything."""
    return re.compile("".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern), re.DOTALL)
