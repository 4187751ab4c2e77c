"""AWS's Service Authorization Reference, as `reference.json` holds it: which actions there are, and what each takes."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dynadrill.drills.iam.asked import EVERYTHING, Need

FREER = {
    **dict.fromkeys(("LogGroupName", "ObjectName", "ParameterNameWithoutLeadingSlash"), "[^:]*"),
    **dict.fromkeys(("RoleNameWithPath", "UserNameWithPath"), "[^:]*"),
    "StreamLabel": "[^/]*",
}
"""The parts of ARNs that may hold slashes or colons."""

ON_EVERYTHING = {"cloudwatch:DescribeAlarms"}
"""Composite alarms are listed only for who may do so on everything (CloudWatch API Reference, DescribeAlarms)."""

NOT_NEEDED = {
    # API Reference of KMS, CreateKey, "Required permissions": CreateKey, and TagResource where tags are given.
    ("kms:CreateKey", "kms:PutKeyPolicy"),
    # KMS Developer Guide, "Authorizing AWS KMS to synchronize multi-Region keys": none is made.
    ("kms:CreateKey", "iam:CreateServiceLinkedRole"),
    # Without tags (likewise).
    ("kms:CreateKey", "kms:TagResource"),
}
"""Actions that the reference has as dependent, and that are needed only at times: with AWS's word on when."""


@dataclass(frozen=True)
class Action:
    """One action: the types of resources that it takes (true where one is required), what it needs besides."""

    types: Mapping[str, bool]
    needs: tuple[str, ...]
    keys: tuple[str, ...]


@cache
def services() -> Mapping[str, Any]:
    """The services by their prefix."""
    held = json.loads(Path(__file__).with_name("reference.json").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = held["services"]
    return found


def action(name: str) -> Action | None:
    """An action by its name, such as `dynamodb:PutItem`; None where AWS has none of that name."""
    prefix, _, own = name.partition(":")
    found = services().get(prefix, {"actions": {}})["actions"].get(own)
    return None if found is None else Action(found["types"], tuple(found["needs"]), tuple(found["keys"]))


def types_of(name: str, resource: str) -> frozenset[str]:
    """The types of an action's service that a resource is of."""
    types = services()[name.partition(":")[0]]["types"]
    return frozenset(kind for kind, each in types.items() if _pattern(each["arn"]).fullmatch(resource))


def condition_keys(name: str) -> frozenset[str]:
    """The condition keys that a request for an action may have: its own, and those of the things that it is on."""
    found = action(name)
    assert found is not None, name
    types = services()[name.partition(":")[0]]["types"]
    return frozenset((*found.keys, *(key for kind in found.types for key in types[kind]["keys"])))


def wrong(needs: Iterable[Need]) -> list[str]:
    """What the reference does not have as some needs of one call have it."""
    needed = list(needs)
    found: list[str] = []
    for need in needed:
        about = action(need.action)
        if about is None:
            found.append(f"{need.action}: there is no such action")
            continue
        on = types_of(need.action, need.resource) & set(about.types)
        if need.resource == EVERYTHING:
            if about.types and need.action not in ON_EVERYTHING:
                found.append(f"{need.action} is on everything, and could be on {', '.join(about.types)}")
        elif not on:
            found.append(f"{need.action} on {need.resource} takes {', '.join(about.types) or EVERYTHING}")
        named = {each.action for each in needed}
        found += [
            f"{need.action} without {each}"
            for each in about.needs
            if each not in named and (need.action, each) not in NOT_NEEDED and not of_another_service(need, each)
        ]
    return found


def of_another_service(need: Need, dependent: str) -> bool:
    """Whether a quota's dependent action is that of a service that was not asked for."""
    return need.action == "servicequotas:GetServiceQuota" and not dependent.startswith("dynamodb:")


@cache
def _pattern(arn: str) -> re.Pattern[str]:
    """An ARN's form: `${Name}` is any text without colons and slashes, but where names have them."""
    parts = re.split(r"\$\{(\w+)\}", arn)
    literal = (re.escape(part).replace(r"\*", "[^:]*") for part in parts[::2])
    named = (FREER.get(part, "[^:/]*") for part in parts[1::2])
    return re.compile("".join(text for pair in zip(literal, [*named, ""], strict=True) for text in pair))
