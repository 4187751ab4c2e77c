"""What a call makes that stays, known before it is sent; and the tags that say whose it is."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from .neighbours import found_at
from .operations import KINDS, Kind, Parameters, made_by

RUN_TAG = "dynadrill:run"
SCENARIO_TAG = "dynadrill:scenario"
EXPIRES_TAG = "dynadrill:expires"
KEPT_S = 24 * 3600.0
"""How long after its beginning nothing of a run should be left; what its tag says that a person goes by."""


class Thing(NamedTuple):
    """Something that a call makes.

    `kind` is table, replica, backup, export, vault, recovery-point, bucket, key, alias or parameter. `name` is what it
    is called, empty where it has no name until it is there.
    """

    service: str
    region: str
    kind: str
    name: str


NAMED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("dynamodb", "CreateBackup"): ("backup", "BackupName"),
    ("dynamodb", "ExportTableToPointInTime"): ("export", "S3Bucket"),
    ("s3", "CreateBucket"): ("bucket", "Bucket"),
    ("backup", "CreateBackupVault"): ("vault", "BackupVaultName"),
    ("backup", "StartBackupJob"): ("recovery-point", "BackupVaultName"),
    ("kms", "CreateKey"): ("key", ""),
    ("kms", "CreateAlias"): ("alias", "AliasName"),
    ("ssm", "PutParameter"): ("parameter", "Name"),
}
"""What operations make, and the parameter that names it or what it lies in."""

TAGGED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("dynamodb", "CreateTable"): ("Tags", "Key"),
    ("backup", "CreateBackupVault"): ("BackupVaultTags", ""),
    ("backup", "StartBackupJob"): ("RecoveryPointTags", ""),
    ("kms", "CreateKey"): ("Tags", "TagKey"),
    ("s3", "CreateBucket"): ("CreateBucketConfiguration.Tags", "Key"),
}
"""The operations that take tags: in which parameter, and by which member a tag is named; empty where it is a map.

Restores and imports take none (API Reference): such a table has the tags of what it stands in for once its settings are
put back, and until then is known by its name. SSM's parameters take none when they are overwritten.
"""


def tags_of_run(run_id: str, scenario: str, began_at: float, others: Mapping[str, str]) -> dict[str, str]:
    """What everything that a run makes is tagged with."""
    expires_at = datetime.fromtimestamp(int(began_at + KEPT_S), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {SCENARIO_TAG: scenario} if scenario else {}
    return {**others, RUN_TAG: run_id, **said, EXPIRES_TAG: expires_at}


def made_in(service: str, operation: str, parameters: Parameters, region: str) -> Iterator[Thing]:
    """What a call makes, in its own Region or another."""
    if service == "dynamodb" and KINDS.get(operation) in {Kind.CREATE, Kind.RESTORE}:
        yield Thing(service, region, "table", made_by(parameters))
    if (service, operation) == ("backup", "StartRestoreJob"):
        yield Thing("dynamodb", region, "table", found_at("Metadata.targetTableName", parameters))
    if (service, operation) == ("backup", "StartCopyJob"):
        _, _, _, elsewhere, _, _, vault = str(parameters["DestinationBackupVaultArn"]).split(":", 6)
        yield Thing(service, elsewhere, "recovery-point", vault)
    if (service, operation) in NAMED:
        kind, name = NAMED[service, operation]
        yield Thing(service, region, kind, found_at(name, parameters) if name else "")
    for elsewhere in _replicas_in(parameters) if service == "dynamodb" else ():
        name = str(parameters.get("TableName") or parameters.get("GlobalTableName", ""))
        yield Thing(service, elsewhere, "replica", name)


def _replicas_in(parameters: Parameters) -> Iterator[str]:
    """The Regions in which a call makes replicas."""
    for update in parameters.get("ReplicaUpdates", ()):
        if "Create" in update:
            yield str(update["Create"].get("RegionName", ""))
    for replica in parameters.get("ReplicationGroup", ()):
        yield str(replica.get("RegionName", ""))


def tagged(service: str, operation: str, parameters: Parameters, tags: Mapping[str, str]) -> dict[str, Any]:
    """The parameters that a call needs besides its own so that what it makes is tagged; none where it takes none."""
    if not tags or (service, operation) not in TAGGED:
        return {}
    member, named = TAGGED[service, operation]
    top, _, below = member.partition(".")
    if not named:
        return {top: {**parameters.get(top, {}), **tags}}
    value = "TagValue" if named == "TagKey" else "Value"
    own = (parameters.get(top, {}).get(below, []) if below else parameters.get(top, [])) or []
    added = [*own, *({named: name, value: text} for name, text in tags.items())]
    return {top: {**parameters.get(top, {}), below: added}} if below else {top: added}
