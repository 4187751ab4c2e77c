"""The replicas of a global table: making them, with the keys that they need, and looking whether they are there."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from ..errors import RecoveryFailedError
from ..recovery import RecoveryTools

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

POLL_S = 15.0
LONGEST_CREATION_S = 24 * 3600.0


def key_for(tools: RecoveryTools, region: str) -> dict[str, str]:
    """A key of its own for the replica of a table that has one: keys do not leave their Region."""
    encryption = tools.control.describe_table(TableName=tools.table)["Table"].get("SSEDescription", {})
    if "KMSMasterKeyArn" not in encryption:
        return {}
    made = tools.service("kms", region).create_key(Description=f"of {tools.table} in {region}")
    return {"KMSMasterKeyId": str(made["KeyMetadata"]["Arn"])}


def await_replicas(tools: RecoveryTools, regions: Collection[str]) -> None:
    """Wait until the replicas, or witnesses, in some Regions are ACTIVE; AWS lists them some seconds late.

    Raises:
        RecoveryFailedError: one cannot be created, or is not ACTIVE after a day.
    """
    began_at = tools.clock.now()
    while late := {region: status for region, status in _statuses(tools, regions).items() if status != "ACTIVE"}:
        region, status = next(iter(late.items()))
        if status == "CREATION_FAILED" or tools.clock.now() - began_at > LONGEST_CREATION_S:
            raise _not_active(region, status)
        tools.clock.wait(POLL_S, f"until the replica in {region} is ACTIVE")


def active_replica(tools: RecoveryTools, region: str) -> "TableDescriptionTypeDef":
    """What describes the table's replica in a Region.

    Raises:
        RecoveryFailedError: it is not ACTIVE.
    """
    replica = tools.in_region(region).describe_table(TableName=tools.table)["Table"]
    if (status := replica.get("TableStatus", "")) != "ACTIVE":
        raise _not_active(region, status)
    return replica


def _statuses(tools: RecoveryTools, regions: Collection[str]) -> dict[str, str]:
    table = tools.control.describe_table(TableName=tools.table)["Table"]
    listed = {str(each.get("RegionName")): str(each.get("ReplicaStatus")) for each in table.get("Replicas", [])}
    listed |= {
        str(each.get("RegionName")): str(each.get("WitnessStatus")) for each in table.get("GlobalTableWitnesses", [])
    }
    return {region: listed.get(region, "not listed") for region in regions}


def _not_active(region: str, status: str) -> RecoveryFailedError:
    return RecoveryFailedError(f"the replica in {region} is {status}, where ACTIVE was expected")
