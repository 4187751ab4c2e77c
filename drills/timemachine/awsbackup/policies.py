"""A vault's access policy: read for the one question whether another account may copy into the vault.

All accounts of a machine count as one AWS Organization, so that a condition on `aws:PrincipalOrgID` holds.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import orjson

from .refusals import invalid_value, not_implemented

COPY_INTO = "backup:CopyIntoBackupVault"
ORGANIZATION = "aws:principalorgid"


def checked_policy(text: str) -> str:
    """A policy, if it can be read.

    Raises:
        AwsError: it is no policy, or has conditions that the machine does not evaluate.
    """
    try:
        policy = orjson.loads(text)
        statements = list(_statements(policy))
    except (orjson.JSONDecodeError, AttributeError, TypeError, KeyError):
        raise invalid_value("the policy is not a JSON document with statements") from None
    if not statements:
        raise invalid_value("the policy has no statement")
    for statement in statements:
        if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
            raise invalid_value("each statement of a policy needs the Effect Allow or Deny")
        if not isinstance(statement.get("Action", statement.get("NotAction")), str | list):
            raise invalid_value("each statement of a policy needs an Action")
        for left_out in ("NotAction", "NotPrincipal", "NotResource"):
            if left_out in statement:
                raise not_implemented(f"{left_out} in a vault's access policy")
        if any(key.lower() != ORGANIZATION for key in _condition_keys(statement)):
            raise not_implemented("a condition on anything but aws:PrincipalOrgID in a vault's access policy")
    return text


def lets_copy(policy: str | None, account: str) -> bool:
    """Whether a vault's policy lets another account copy into it: some statement allows it and none denies it."""
    if policy is None:
        return False
    effects = {
        statement["Effect"]
        for statement in _statements(orjson.loads(policy))
        if _names(statement.get("Action"), COPY_INTO) and _is_principal(statement.get("Principal"), account)
    }
    return effects == {"Allow"}


def _statements(policy: Any) -> Iterator[Any]:
    found = policy["Statement"]
    yield from found if isinstance(found, list) else [found]


def _condition_keys(statement: dict[str, Any]) -> list[str]:
    conditions = statement.get("Condition") or {}
    if not isinstance(conditions, dict) or not all(isinstance(each, dict) for each in conditions.values()):
        raise invalid_value("a Condition is a structure of structures")
    return [key for each in conditions.values() for key in each]


def _names(patterns: Any, name: str) -> bool:
    several = patterns if isinstance(patterns, list) else [patterns]
    return any(isinstance(each, str) and fnmatchcase(name.lower(), each.lower()) for each in several)


def _is_principal(principal: Any, account: str) -> bool:
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    several = named if isinstance(named, list) else [named]
    return any(each in {"*", account} or f":{account}:" in str(each) for each in several)
