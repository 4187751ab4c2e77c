"""What carries any run's prefix or tag, whoever ran it: listed from the target itself, service after service."""

from collections.abc import Callable, Iterator
from typing import Any

from ..target import Target, TargetKind, run_in
from ..targets.inventory import Inventory
from ..targets.leftovers import GONE_SOON, run_of_key, transfers_left
from ..targets.operations import table_of

SERVICES = ("dynamodb", "backup", "s3", "kms", "ssm")
"""The services in which runs make things."""


def services_of(target: Target) -> tuple[str, ...]:
    """The services that a target has; an endpoint that is no AWS is asked for tables only."""
    return SERVICES if target.kind is not TargetKind.ENDPOINT else SERVICES[:1]


def runs_seen(target: Target, region: str) -> set[tuple[str, str]]:
    """The runs that have anything in a Region, each with a service that it has it in.

    Raises:
        ClientError: a list was refused.
        BotoCoreError: the Region does not answer.
    """
    return {(run, service) for service in services_of(target) for run in LISTED[service](target, region) if run}


def _in_dynamodb(target: Target, region: str) -> Iterator[str | None]:
    control = target.control(region)
    for page in control.get_paginator("list_tables").paginate():
        yield from map(run_in, page["TableNames"])
    if target.kind is TargetKind.ENDPOINT:
        return
    yield from (run_in(table_of(arn)) for arn in transfers_left(control, Inventory("dynadrill-")))
    for found in control.get_paginator("list_backups").paginate(BackupType="ALL"):
        yield from (run_in(table_of(backup["BackupArn"])) for backup in found.get("BackupSummaries", []))


def _in_backup(target: Target, region: str) -> Iterator[str | None]:
    for page in target.service("backup", region).get_paginator("list_backup_vaults").paginate():
        yield from (run_in(vault["BackupVaultName"]) for vault in page["BackupVaultList"])


def _in_s3(target: Target, region: str) -> Iterator[str | None]:
    yield from (run_in(bucket["Name"]) for bucket in target.service("s3", region).list_buckets()["Buckets"])


def _in_kms(target: Target, region: str) -> Iterator[str | None]:
    kms: Any = target.service("kms", region)
    for page in kms.get_paginator("list_aliases").paginate():
        yield from (run_in(alias["AliasName"].removeprefix("alias/")) for alias in page["Aliases"])
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            run = run_of_key(kms, key["KeyId"])
            if run and kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] not in GONE_SOON:
                yield run


def _in_ssm(target: Target, region: str) -> Iterator[str | None]:
    for page in target.service("ssm", region).get_paginator("describe_parameters").paginate():
        yield from (run_in(each["Name"].removeprefix("/")) for each in page["Parameters"])


LISTED: dict[str, Callable[[Target, str], Iterator[str | None]]] = {
    "dynamodb": _in_dynamodb,
    "backup": _in_backup,
    "s3": _in_s3,
    "kms": _in_kms,
    "ssm": _in_ssm,
}
