"""The least policy that allows what a drill needs: its own things by their prefix, a person's by their names."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .needs import EVERYTHING, Need

RUN_TAG = "dynadrill:run"
LARGEST = 6144
"""Characters of a managed policy, white space left out (IAM User Guide, "IAM and AWS STS quotas")."""

MADE_BY_AWS = re.compile(r"(/(?:backup|export|import|stream)/)[^/]+$|(:recovery-point:).+$|((?<=:key/)).+$")
"""What AWS names itself when it is there: its name is not known before."""

WITHOUT_A_REGION = frozenset({"iam", "s3"})
"""The services of which an action on everything is not asked of a single Region."""

NOBODYS_KEYS = frozenset(
    {"kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant", "kms:Decrypt", "kms:GenerateDataKey"}
)
"""What is done with a vault's own key, which may be AWS's and carries no tag of a run."""


def policy_document(needs: Iterable[Need], own: str, general: str) -> dict[str, Any]:
    """The policy, as IAM takes it.

    Args:
        needs: of every call.
        own: what the names of the run's own things begin with: `dynadrill-1a2b3c4d-`.
        general: what takes its place, so that the policy is good for every later run: `dynadrill-`.
    """
    grouped: dict[tuple[str, str, tuple[str, ...]], set[str]] = {}
    for need in needs:
        resource = general_resource(need.resource, own, general)
        regions = _regions(need) if resource == EVERYTHING else ()
        group = (resource, need.passed_to or _tagged(need), regions)
        grouped.setdefault(group, set()).add(need.action)
    merged: dict[tuple[tuple[str, ...], str, tuple[str, ...]], set[str]] = {}
    for (resource, condition, regions), actions in grouped.items():
        merged.setdefault((tuple(sorted(actions)), condition, regions), set()).add(resource)
    statements = [
        {
            "Effect": "Allow",
            "Action": list(actions),
            "Resource": _one_or_more(resources),
            **_condition(condition, regions),
        }
        for (actions, condition, regions), resources in sorted(merged.items())
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
    known = {"aws:requestedregion": need.region}
    return {**known, "iam:passedtoservice": need.passed_to} if need.passed_to else known


def _regions(need: Need) -> tuple[str, ...]:
    return () if need.action.partition(":")[0] in WITHOUT_A_REGION else (need.region,)


def _tagged(need: Need) -> str:
    """A key of KMS has no name: only its tag says whose it is."""
    tagged = need.action.startswith("kms:") and ":key/" in need.resource and need.action not in NOBODYS_KEYS
    return RUN_TAG if tagged and need.action != "kms:TagResource" else ""


def _condition(condition: str, regions: tuple[str, ...]) -> dict[str, Any]:
    if condition == RUN_TAG:
        return {"Condition": {"StringLike": {f"aws:ResourceTag/{RUN_TAG}": "*"}}}
    equal: dict[str, Any] = {"iam:PassedToService": condition} if condition else {}
    if regions:
        equal["aws:RequestedRegion"] = _one_or_more(regions)
    return {"Condition": {"StringEquals": equal}} if equal else {}


def _one_or_more(names: Iterable[str]) -> str | list[str]:
    listed = sorted(names)
    return listed[0] if len(listed) == 1 else listed
