"""What is known of a thing that is left: its kind, its age, its size, and what it costs a month while it stays."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..costs.estimate import GB, Size, Use, estimate, kept_backups, point_in_time_month
from ..costs.prices import Prices
from ..table_settings import recovery_period
from ..tables import name_of, region_of
from ..target import Target
from .results import Left


def describe(target: Target, name: str, vaults: list[str], prices: Prices) -> Left:
    """A thing, by the name that `Target.leftovers` has for it; what the target does not say is left open."""
    kind, region = _kind_of(target, name)
    try:
        found = DESCRIBED[kind](target, region, name, vaults, prices)
    except (ClientError, BotoCoreError) as error:
        return Left(
            kind=kind, region=region, name=name, made_at=None, bytes_=None, monthly_cost_usd=None, state=str(error)
        )
    age_s = None if found.made_at is None else max(0.0, target.clock.now() - found.made_at)
    return found.model_copy(update={"age_s": age_s})


def _kind_of(target: Target, name: str) -> tuple[str, str]:
    if not name.startswith("arn:"):
        return "table", region_of(name) or target.region
    _, _, service, region, _, rest = name.split(":", 5)
    if service == "dynamodb":
        return next((kind for kind in ("import", "export") if f"/{kind}/" in rest), "backup"), region
    if service == "s3":
        return "bucket", target.region
    if service == "backup":
        return ("vault" if rest.startswith("backup-vault:") else "recovery point"), region
    if service == "kms":
        return ("alias" if rest.startswith("alias/") else "key"), region
    return "parameter", region


def _table(target: Target, region: str, name: str, _vaults: list[str], prices: Prices) -> Left:
    control = target.control(region)
    described = control.describe_table(TableName=name_of(name))["Table"]
    size = Size(int(described.get("TableSizeBytes", 0)))
    # Of a table that is being made it cannot be asked yet, and recovery is off.
    protected = described["TableStatus"] != "CREATING" and recovery_period(control, name_of(name)) is not None
    uses = [Use("storage", size.items / GB, region), *([point_in_time_month(size, region)] if protected else [])]
    return Left(
        kind="table",
        region=region,
        name=name,
        made_at=_at(described.get("CreationDateTime")),
        bytes_=size.items,
        monthly_cost_usd=estimate(uses, prices).usd,
        state=described["TableStatus"] + (", with point-in-time recovery" if protected else ""),
    )


def _backup(target: Target, region: str, name: str, _vaults: list[str], prices: Prices) -> Left:
    details: Any = target.control(region).describe_backup(BackupArn=name)["BackupDescription"]["BackupDetails"]
    free = details["BackupType"] == "SYSTEM"
    until = details.get("BackupExpiryDateTime")
    return Left(
        kind="backup",
        region=region,
        name=name,
        made_at=_at(details.get("BackupCreationDateTime")),
        bytes_=details.get("BackupSizeBytes"),
        # What DynamoDB itself keeps of a deleted table costs nothing (Developer Guide, "Point-in-time recovery").
        monthly_cost_usd=0.0 if free else _kept(details.get("BackupSizeBytes"), region, prices),
        state=f"SYSTEM, until {until:%Y-%m-%d %H:%M}" if free and until else details["BackupStatus"],
    )


def _point(target: Target, region: str, name: str, vaults: list[str], prices: Prices) -> Left:
    backup = target.service("backup", region)
    found: Any = {}
    for vault in vaults:
        if vault.split(":")[3] == region:
            try:
                found = backup.describe_recovery_point(BackupVaultName=vault.rpartition(":")[2], RecoveryPointArn=name)
            except ClientError:
                continue
    return Left(
        kind="recovery point",
        region=region,
        name=name,
        made_at=_at(found.get("CreationDate")),
        bytes_=found.get("BackupSizeInBytes"),
        monthly_cost_usd=_kept(found.get("BackupSizeInBytes"), region, prices),
        state=found.get("Status", ""),
    )


def _vault(target: Target, region: str, name: str, _vaults: list[str], _prices: Prices) -> Left:
    found = target.service("backup", region).describe_backup_vault(BackupVaultName=name.rpartition(":")[2])
    return _plain("vault", region, name, 0.0, _at(found.get("CreationDate")))


def _bucket(target: Target, region: str, name: str, _vaults: list[str], prices: Prices) -> Left:
    s3, bucket = target.service("s3"), name.rpartition(":")[2]
    made = {each["Name"]: each.get("CreationDate") for each in s3.list_buckets()["Buckets"]}
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    held = sum(stored["Size"] for page in pages for stored in page.get("Contents", []))
    cost = estimate([Use("s3_storage", held / GB, region)], prices).usd
    return _plain("bucket", region, name, cost, _at(made.get(bucket))).model_copy(update={"bytes_": held})


def _key(target: Target, region: str, name: str, _vaults: list[str], prices: Prices) -> Left:
    found = target.service("kms", region).describe_key(KeyId=name)["KeyMetadata"]
    cost = estimate([Use("kms_key", 1, region)], prices).usd
    return _plain("key", region, name, cost, _at(found.get("CreationDate")))


def _named(target: Target, region: str, name: str, _vaults: list[str], _prices: Prices) -> Left:
    """An alias, a parameter, an export or import that goes on: none costs anything by the month."""
    return _plain(_kind_of(target, name)[0], region, name, 0.0)


def _plain(kind: str, region: str, name: str, cost: float, made_at: float | None = None) -> Left:
    return Left(kind=kind, region=region, name=name, made_at=made_at, bytes_=None, monthly_cost_usd=cost)


def _kept(held: int | None, region: str, prices: Prices) -> float | None:
    return None if held is None else estimate([kept_backups([(held, 1.0)], region)], prices).usd


def _at(made: Any) -> float | None:
    return float(made.timestamp()) if made is not None else None


DESCRIBED = {
    "table": _table,
    "backup": _backup,
    "recovery point": _point,
    "vault": _vault,
    "bucket": _bucket,
    "key": _key,
    "import": _named,
    "export": _named,
    "alias": _named,
    "parameter": _named,
}
