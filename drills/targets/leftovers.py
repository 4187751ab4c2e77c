"""What a run created and what still exists of it, as the target itself lists it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ..tables import table_id
from .clients import DYNAMODB
from .imports_left import imports_left
from .inventory import Inventory
from .operations import table_of

if TYPE_CHECKING:
    from .access import Access

S3 = "s3"
"""Imports come out of a bucket."""
GONE_SOON = frozenset({"PendingDeletion", "PendingReplicaDeletion"})
"""The states of a key that nobody can use or pay for any more: KMS removes it after 7 days or more by itself."""


def left(access: "Access", has_backups: Callable[[], bool]) -> list[str]:
    """Tables by name (`name@region` outside the home Region); backups, recovery points, vaults, buckets, keys by ARN.

    An import is listed by its ARN until it is over: it is going to make a table.

    Only where the run has touched a service and a Region is it asked.
    """
    found: list[str] = []
    for region in access.touched(DYNAMODB):
        control = access.control(region)
        home = region == access.place.region
        found += [table_id(name, None if home else region) for name in tables_left(control, access.inventory)]
        if has_backups():
            found += backups_left(control, access.inventory)
        if access.touched(S3):
            found += sorted(imports_left(control, access.inventory))
    for service, listed in ELSEWHERE.items():
        for region in access.touched(service):
            found += sorted(listed(access.service(service, region), access.inventory))
    return list(dict.fromkeys(found))


def tables_left(control: Any, inventory: Inventory) -> list[str]:
    """The tables that carry the run's prefix or stand in its inventory, in whatever state."""
    return sorted(
        name
        for page in control.get_paginator("list_tables").paginate()
        for name in page["TableNames"]
        if name.startswith(inventory.prefix) or inventory.owns(name)
    )


def backups_left(control: Any, inventory: Inventory) -> list[str]:
    """The ARNs of the backups of the run's tables, the service's own (SYSTEM) among them, and of its inventory.

    Those that AWS Backup made are its recovery points, and listed there.
    """
    return sorted(
        backup["BackupArn"]
        for page in control.get_paginator("list_backups").paginate(BackupType="ALL")
        for backup in page.get("BackupSummaries", [])
        if backup.get("BackupType") != "AWS_BACKUP"
        and (inventory.owns_backup(backup["BackupArn"]) or table_of(backup["BackupArn"]).startswith(inventory.prefix))
    )


def _of_backup(backup: Any, inventory: Inventory) -> Iterator[str]:
    """Recovery points first: a vault that holds any cannot be removed."""
    pages = backup.get_paginator("list_backup_vaults").paginate()
    vaults = [vault for page in pages for vault in page["BackupVaultList"]]
    for vault in vaults:
        if not inventory.owns_thing(vault["BackupVaultName"]):
            continue
        points = backup.get_paginator("list_recovery_points_by_backup_vault")
        for page in points.paginate(BackupVaultName=vault["BackupVaultName"]):
            yield from (point["RecoveryPointArn"] for point in page["RecoveryPoints"])
        yield vault["BackupVaultArn"]


def _of_s3(s3: Any, inventory: Inventory) -> Iterator[str]:
    for bucket in s3.list_buckets()["Buckets"]:
        if inventory.owns_thing(bucket["Name"]):
            yield f"arn:aws:s3:::{bucket['Name']}"


def _of_kms(kms: Any, inventory: Inventory) -> Iterator[str]:
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            if inventory.owns_thing(key["KeyId"]):
                described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
                if described["KeyState"] not in GONE_SOON:
                    yield described["Arn"]


ELSEWHERE: dict[str, Callable[[Any, Inventory], Iterator[str]]] = {"backup": _of_backup, S3: _of_s3, "kms": _of_kms}
"""What lists the run's things of each service beside DynamoDB."""
