"""Taking away tables, replicas and global tables among them.

A table is waited for while it is CREATING (a restore cannot be cancelled: DeleteTable answers ResourceInUseException),
then loses its deletion protection and its point-in-time recovery, and only then is deleted: deleted with recovery
on, it would leave a SYSTEM backup that nobody can delete for 35 days (Developer Guide, "Point-in-time recovery:
how it works").

A strong global table is taken apart first, all of it at once, from where it was made: no replica of it can be deleted
alone, and for 24 hours none from which others were made (Developer Guide, "Global tables core concepts").
"""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..tables import name_of, region_of, table_id
from ..target import Capability, Target
from .patience import BUSY, GONE_WITHIN_S, NOT_THERE, SETTLES_WITHIN_S, Progress, code_of, patiently

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

UNSETTLED = frozenset({"CREATING", "UPDATING"})


def remove_table(target: Target, table: str, progress: Progress) -> str:
    """Remove a table, and with a strong global table all its replicas; why it could not be, empty where it was."""
    progress(f"removing table {table}")
    control, name = target.control(region_of(table)), name_of(table)
    described = _settled(target, control, name)
    if described is None:
        return f"was still being created or changed after {SETTLES_WITHIN_S / 3600:g} h"
    if described["TableStatus"] != "DELETING":
        _make_deletable(target, table, described)
        if described.get("MultiRegionConsistency") == "STRONG" and not _dissolves(target, table, described):
            return f"was a strong global table still after {GONE_WITHIN_S / 60:g} min"
        if not patiently(target, lambda: _deletes(control, name), GONE_WITHIN_S, f"until {name} can be deleted"):
            return f"was in use for {GONE_WITHIN_S / 60:g} min"
    gone = patiently(target, lambda: _describe(control, name) is None, GONE_WITHIN_S, f"until {name} is deleted")
    return "" if gone else f"was still DELETING after {GONE_WITHIN_S / 60:g} min"


def _make_deletable(target: Target, table: str, described: "TableDescriptionTypeDef") -> None:
    """Take away what keeps a table from being deleted, or would leave something of it."""
    control = target.control(region_of(table))
    if described.get("DeletionProtectionEnabled"):
        _unprotect(target, control, table, described)
    if target.lacks(Capability.POINT_IN_TIME) is None:
        _switch_recovery_off(control, name_of(table))


def _dissolves(target: Target, table: str, described: "TableDescriptionTypeDef") -> bool:
    """Take a strong global table apart: all replicas but one go, and the witness, and one table stays."""
    name, here = name_of(table), region_of(table) or target.region
    others = [replica["RegionName"] for replica in described.get("Replicas", [])]
    for region in others:
        replica = _describe(target.control(region), name)
        if replica is not None:
            _make_deletable(target, table_id(name, region), replica)
    witnesses = [witness["RegionName"] for witness in described.get("GlobalTableWitnesses", [])]
    # The home Region first: it is where the run made the replicas from.
    places = sorted([here, *others], key=lambda region: region != target.region)
    return any(_takes_apart(target, name, region, places, witnesses) for region in places)


def _takes_apart(target: Target, table: str, stays: str, places: list[str], witnesses: list[str]) -> bool:
    """Let the table of one Region stay, and await that the others have gone; False where it does not let them go."""
    request: dict[str, Any] = {"ReplicaUpdates": [{"Delete": {"RegionName": each}} for each in places if each != stays]}
    if witnesses:
        request["GlobalTableWitnessUpdates"] = [{"Delete": {"RegionName": each}} for each in witnesses]
    control = target.control(stays)

    def asked() -> bool:
        try:
            control.update_table(TableName=table, **request)
        except ClientError as error:
            if code_of(error) not in BUSY:
                raise
            return not _replicas(control, table)
        return True

    try:
        apart = f"until the replicas of {table} are gone"
        return patiently(target, asked, GONE_WITHIN_S, apart) and patiently(
            target, lambda: not _replicas(control, table), GONE_WITHIN_S, apart
        )
    except ClientError as error:
        if code_of(error) != "ValidationException":
            raise
        return False


def _replicas(control: "DynamoDBClient", table: str) -> list[str]:
    described = _describe(control, table)
    return [] if described is None else [replica["RegionName"] for replica in described.get("Replicas", [])]


def _unprotect(target: Target, control: "DynamoDBClient", table: str, described: "TableDescriptionTypeDef") -> None:
    """Switch deletion protection off; a table whose key is disabled cannot be changed, so then the key comes first."""
    name, key = name_of(table), described.get("SSEDescription", {}).get("KMSMasterKeyArn")
    try:
        control.update_table(TableName=name, DeletionProtectionEnabled=False)
    except ClientError as error:
        if key is None or code_of(error) != "AccessDeniedException":
            raise
        target.service("kms", region_of(table)).enable_key(KeyId=key)
        control.update_table(TableName=name, DeletionProtectionEnabled=False)


def _settled(target: Target, control: "DynamoDBClient", table: str) -> "TableDescriptionTypeDef | None":
    """What describes a table once it is neither being created nor changed; None when it does not come to rest."""
    found: list[TableDescriptionTypeDef] = []

    def at_rest() -> bool:
        described = control.describe_table(TableName=table)["Table"]
        found[:] = [described]
        return described["TableStatus"] not in UNSETTLED

    settled = patiently(target, at_rest, SETTLES_WITHIN_S, f"until {table} can be removed")
    return found[0] if settled else None


def _switch_recovery_off(control: "DynamoDBClient", table: str) -> None:
    backups = control.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    if backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED":
        control.update_continuous_backups(
            TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        )


def _deletes(control: "DynamoDBClient", table: str) -> bool:
    try:
        control.delete_table(TableName=table)
    except ClientError as error:
        if code_of(error) not in BUSY:
            raise
        described = _describe(control, table)
        return described is None or described["TableStatus"] == "DELETING"
    return True


def _describe(control: "DynamoDBClient", table: str) -> "TableDescriptionTypeDef | None":
    try:
        return control.describe_table(TableName=table)["Table"]
    except ClientError as error:
        if code_of(error) not in NOT_THERE:
            raise
        return None
