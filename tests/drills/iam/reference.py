"""AWS's Service Authorization Reference, as `reference.json` holds it: which actions there are, and what each takes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WITH_SLASHES = frozenset(
    {"LogGroupName", "ObjectName", "ParameterNameWithoutLeadingSlash", "RoleNameWithPath", "UserNameWithPath"}
)
"""The parts of ARNs that may hold slashes."""


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


@cache
def _pattern(arn: str) -> re.Pattern[str]:
    """An ARN's form: `${Name}` is any text without colons, and without slashes but where names have them."""
    parts = re.split(r"\$\{(\w+)\}", arn)
    literal = (re.escape(part).replace(r"\*", "[^:]*") for part in parts[::2])
    named = ("[^:]*" if part in WITH_SLASHES else "[^:/]*" for part in parts[1::2])
    return re.compile("".join(text for pair in zip(literal, [*named, ""], strict=True) for text in pair))
