"""The least policy that allows what a drill needs: its own things by their prefix, a person's by their names."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .asked import EVERYTHING, Need
from .neighbours import FOR_A_VAULT

RUN_TAG = "dynadrill:run"
LARGEST = 6144
"""Characters of a managed policy, white space left out (IAM User Guide, "IAM and AWS STS quotas")."""

MADE_BY_AWS = re.compile(r"(/(?:backup|export|import|stream)/)[^/]+$|(:recovery-point:).+$|((?<=:key/)).+$")
"""What AWS names itself when it is there: its name is not known before."""

WITHOUT_A_REGION = frozenset({"iam", "s3"})
"""The services of which an action on everything is not asked of a single Region."""

UNTAGGED_KEYS = frozenset({f"kms:{name}" for name in (*FOR_A_VAULT, "CreateAlias", "DeleteAlias", "TagResource")})
"""What is done with a vault's own key, which may be AWS's and carries no tag of a run; with a key that has none yet;
and with an alias, which a policy can name."""

Conditions = tuple[tuple[str, str, str], ...]
"""Operator, key, value: all of them have to hold."""


def policy_document(needs: Iterable[Need], own: str, general: str) -> dict[str, Any]:
    """The policy, as IAM takes it.

    Args:
        needs: of every call.
        own: what the names of the run's own things begin with: `dynadrill-1a2b3c4d-`.
        general: what takes its place, so that the policy is good for every later run: `dynadrill-`.
    """
    grouped: dict[tuple[str, Conditions, tuple[str, ...]], set[str]] = {}
    for need in needs:
        resource = general_resource(need.resource, own, general)
        regions = _regions(need) if resource == EVERYTHING else ()
        grouped.setdefault((resource, _conditions(need), regions), set()).add(need.action)
    merged: dict[tuple[tuple[str, ...], Conditions, tuple[str, ...]], set[str]] = {}
    for (resource, conditions, regions), actions in grouped.items():
        merged.setdefault((tuple(sorted(actions)), conditions, regions), set()).add(resource)
    statements = [
        {
            "Effect": "Allow",
            "Action": list(actions),
            "Resource": _one_or_more(resources),
            **_condition(conditions, regions),
        }
        for (actions, conditions, regions), resources in sorted(merged.items())
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def general_resource(resource: str, own: str, general: str) -> str:
    """A resource as it is in every run: an own name by its prefix, what AWS names itself by any name."""
    head, found, tail = resource.partition(own)
    if found:
        inside = re.search(r"/(?:backup|export|import|stream|index)/.*$|/\*$", tail)
        resource = f"{head}{general}*{inside.group() if inside else ''}"
    return MADE_BY_AWS.sub(lambda match: f"{match[1] or match[2] or ''}*", resource)


def without(document: Mapping[str, Any], action: str) -> dict[str, Any]:
    """A policy with one action left out of every statement."""
    statements = [
        {**each, "Action": [name for name in each["Action"] if name != action]} for each in document["Statement"]
    ]
    return {**document, "Statement": [each for each in statements if each["Action"]]}


def actions_in(document: Mapping[str, Any]) -> list[str]:
    """Every action that a policy names."""
    return sorted({action for each in document["Statement"] for action in each["Action"]})


def context_of(need: Need) -> dict[str, str]:
    """The condition keys that a request for something has; those of a thing's tags only whoever has it knows."""
    known = {"aws:requestedregion": need.region, "iam:passedtoservice": need.passed_to, "kms:viaservice": need.via}
    return {name: value for name, value in known.items() if value}


def _regions(need: Need) -> tuple[str, ...]:
    return () if need.action.partition(":")[0] in WITHOUT_A_REGION else (need.region,)


def _conditions(need: Need) -> Conditions:
    if need.passed_to:
        return (("StringEquals", "iam:PassedToService", need.passed_to),)
    if need.via:
        return (("StringEquals", "kms:ViaService", need.via),)
    # A key of KMS has no name: only its tag says whose it is.
    key = need.action.startswith("kms:") and ":key/" in need.resource
    return (("StringLike", f"aws:ResourceTag/{RUN_TAG}", "*"),) if key and need.action not in UNTAGGED_KEYS else ()


def _condition(conditions: Conditions, regions: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for operator, key, value in conditions:
        found.setdefault(operator, {})[key] = value
    if regions:
        found.setdefault("StringEquals", {})["aws:RequestedRegion"] = _one_or_more(regions)
    return {"Condition": found} if found else {}


def _one_or_more(names: Iterable[str]) -> str | list[str]:
    listed = sorted(names)
    return listed[0] if len(listed) == 1 else listed
