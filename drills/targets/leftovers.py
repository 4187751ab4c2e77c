"""What a run created and what still exists of it, as the target itself lists it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..tables import table_id
from ..target import Capability
from .clients import DYNAMODB
from .inventory import Inventory
from .making import RUN_TAG
from .operations import table_of

if TYPE_CHECKING:
    from .access import Access

GOING_ON = frozenset({"IN_PROGRESS", "CANCELLING"})
"""The states of an export or import that is not done."""

GONE_SOON = frozenset({"PendingDeletion", "PendingReplicaDeletion"})
"""The states of a key that nobody can use or pay for any more: KMS removes it after 7 days or more by itself."""


def left(access: "Access", lacks: Callable[[Capability], str | None]) -> list[str]:
    """Tables by name (`name@region` outside the home Region); all else by ARN.

    An import is listed by its ARN until it is over: it is going to make a table.

    Only where the run has touched a service and a Region is it asked.
    """
    found: list[str] = []
    inventory = access.inventory
    transfers = inventory.transfers or inventory.by_prefix
    for region in access.touched(DYNAMODB):
        control = access.control(region)
        home = region == access.place.region
        found += [table_id(name, None if home else region) for name in tables_left(control, access.inventory)]
        if lacks(Capability.ON_DEMAND_BACKUP) is None:
            found += backups_left(control, inventory)
        if transfers and lacks(Capability.IMPORT_FROM_S3) is None:
            found += transfers_left(control, inventory)
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


def transfers_left(control: Any, inventory: Inventory) -> list[str]:
    """The ARNs of exports and imports that go on: a table that is imported cannot be seen for half a minute."""
    found = [
        each[arn]
        for ask, members, arn, status in (
            (control.list_exports, "ExportSummaries", "ExportArn", "ExportStatus"),
            (control.list_imports, "ImportSummaryList", "ImportArn", "ImportStatus"),
        )
        for page in _pages(ask)
        for each in page[members]
        if each[status] in GOING_ON
    ]
    return sorted(arn for arn in found if inventory.owns(arn) or table_of(arn).startswith(inventory.prefix))


def _pages(ask: Callable[..., Any]) -> Iterator[Any]:
    """The pages of a list that botocore has no paginator for."""
    page = ask()
    yield page
    while token := page.get("NextToken"):
        page = ask(NextToken=token)
        yield page


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
    """Aliases by their names; keys, which have none, by their ids, or by their tags where no answer told the id."""
    for page in kms.get_paginator("list_aliases").paginate():
        yield from (alias["AliasArn"] for alias in page["Aliases"] if inventory.owns_thing(alias["AliasName"]))
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            if inventory.owns_thing(key["KeyId"]) or run_of_key(kms, key["KeyId"]) == inventory.run:
                inventory.things.update((key["KeyId"], key["KeyArn"]))
                described = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
                if described["KeyState"] not in GONE_SOON:
                    yield described["Arn"]


def run_of_key(kms: Any, key_id: str) -> str:
    """The run whose tag a key carries; empty where it carries none, or is AWS's own and shows none."""
    try:
        tags = kms.list_resource_tags(KeyId=key_id)["Tags"]
    except ClientError:
        return ""
    return next((str(tag["TagValue"]) for tag in tags if tag["TagKey"] == RUN_TAG), "")


def _of_ssm(ssm: Any, inventory: Inventory) -> Iterator[str]:
    begins: Any = [{"Key": "Name", "Option": "BeginsWith", "Values": [inventory.prefix, f"/{inventory.prefix}"]}]
    for page in ssm.get_paginator("describe_parameters").paginate(ParameterFilters=begins):
        yield from (f"arn:aws:ssm:{ssm.meta.region_name}::parameter/{each['Name']}" for each in page["Parameters"])


ELSEWHERE: dict[str, Callable[[Any, Inventory], Iterator[str]]] = {
    "backup": _of_backup,
    "s3": _of_s3,
    "kms": _of_kms,
    "ssm": _of_ssm,
}
"""What lists the run's things of each service beside DynamoDB."""
