"""Whether credentials are allowed what a drill needs: IAM's simulator is asked, else the calls that only read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..denials import is_denied
from ..iam.asked import EVERYTHING, Need
from ..iam.writing import context_of
from ..target import Target

SIMULATOR = "iam:SimulatePrincipalPolicy"
AT_ONCE = 50
"""So many actions are asked of the simulator in one call."""

HARMLESS: Mapping[str, tuple[str, Callable[[Any, str], Any]]] = {
    "dynamodb:ListTables": ("dynamodb", lambda client, _: client.list_tables(Limit=1)),
    "dynamodb:ListBackups": ("dynamodb", lambda client, _: client.list_backups(Limit=1)),
    "dynamodb:ListExports": ("dynamodb", lambda client, _: client.list_exports()),
    "dynamodb:ListImports": ("dynamodb", lambda client, _: client.list_imports()),
    "dynamodb:DescribeTable": ("dynamodb", lambda client, name: client.describe_table(TableName=name)),
    "dynamodb:DescribeTimeToLive": ("dynamodb", lambda client, name: client.describe_time_to_live(TableName=name)),
    "dynamodb:DescribeContinuousBackups": (
        "dynamodb",
        lambda client, name: client.describe_continuous_backups(TableName=name),
    ),
    "s3:ListAllMyBuckets": ("s3", lambda client, _: client.list_buckets()),
    "backup:ListBackupVaults": ("backup", lambda client, _: client.list_backup_vaults()),
    "kms:ListKeys": ("kms", lambda client, _: client.list_keys()),
    "kms:ListAliases": ("kms", lambda client, _: client.list_aliases()),
}
"""The actions that can be tried: calls that change nothing, whatever they are answered."""


@dataclass(frozen=True)
class Permitted:
    """What came of asking. `how` says who was asked."""

    allowed: tuple[Need, ...]
    missing: tuple[Need, ...]
    unknown: tuple[Need, ...]
    how: str


def ask_permissions(target: Target, needs: Iterable[Need]) -> Permitted:
    """Ask whether the target's credentials are allowed something; nothing is changed."""
    needed = tuple(needs)
    try:
        principal = str(target.service("sts").get_caller_identity()["Arn"])
    except (ClientError, BotoCoreError) as error:
        return Permitted((), (), needed, f"whose credentials these are could not be asked: {error}")
    if principal.endswith(":root"):
        return Permitted(needed, (), (), "the account's root user may do everything")
    try:
        return _simulated(target, source_of(principal), needed)
    except (ClientError, BotoCoreError) as error:
        return _tried(target, needed, f"IAM's policy simulator could not be asked ({_said(error)})")


def source_of(principal: str) -> str:
    """The ARN that the simulator takes: of a role that is assumed, the role's own, which may lie below a path."""
    head, found, rest = principal.partition(":assumed-role/")
    if not found:
        return principal
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}"


def _simulated(target: Target, source: str, needs: tuple[Need, ...]) -> Permitted:
    groups: dict[tuple[str, ...], list[Need]] = {}
    for need in needs:
        groups.setdefault(tuple(need[1:]), []).append(need)
    denied: set[Need] = set()
    iam = target.service("iam")
    for found in groups.values():
        for first in range(0, len(found), AT_ONCE):
            some = found[first : first + AT_ONCE]
            refused = _refused(iam, source, some)
            denied |= {need for need in some if need.action.lower() in refused}
    return Permitted(
        tuple(need for need in needs if need not in denied),
        tuple(need for need in needs if need in denied),
        (),
        "IAM's policy simulator was asked",
    )


def _refused(iam: Any, source: str, needs: list[Need]) -> set[str]:
    """The actions, all on one resource, that the simulator does not allow."""
    context = [
        {"ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for name, value in {**context_of(needs[0]), **tagged_as_own(needs[0])}.items()
    ]
    resource = needs[0].resource
    on: dict[str, Any] = {} if resource == EVERYTHING else {"ResourceArns": [resource]}
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=source, ActionNames=[need.action for need in needs], ContextEntries=context, **on
    )
    results = [each for page in pages for each in page["EvaluationResults"]]
    return {str(each["EvalActionName"]).lower() for each in results if each["EvalDecision"] != "allowed"}


def tagged_as_own(need: Need) -> dict[str, str]:
    """The tag that a key of the run's own is going to have."""
    own_key = need.action.startswith("kms:") and ":key/" in need.resource
    return {"aws:resourcetag/dynadrill:run": "asked"} if own_key else {}


def _tried(target: Target, needs: tuple[Need, ...], why: str) -> Permitted:
    answers: dict[Need, bool | None] = {need: _try(target, need) for need in needs}
    return Permitted(
        tuple(need for need, answer in answers.items() if answer),
        tuple(need for need, answer in answers.items() if answer is False),
        tuple(need for need, answer in answers.items() if answer is None),
        f"{why}; calls that only read were tried",
    )


def _try(target: Target, need: Need) -> bool | None:
    """Whether a harmless call is let through; None where there is none, or it does not say."""
    if need.action not in HARMLESS:
        return None
    service, call = HARMLESS[need.action]
    client = target.control(need.region) if service == "dynamodb" else target.service(service, need.region)
    try:
        call(client, need.resource.rpartition("table/")[2].partition("/")[0])
    except ClientError as error:
        return not is_denied(error)
    except BotoCoreError:
        return None
    return True


def _said(error: Exception) -> str:
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__
