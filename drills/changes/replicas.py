"""The replicas of a global table: waiting for them, and the keys that they need."""

from ..errors import RecoveryFailedError
from ..recovery import RecoveryTools

POLL_S = 15.0
LONGEST_CREATION_S = 24 * 3600.0


def key_for(tools: RecoveryTools, region: str) -> dict[str, str]:
    """A key of its own for the replica of a table that has one: keys do not leave their Region."""
    encryption = tools.control.describe_table(TableName=tools.table)["Table"].get("SSEDescription", {})
    if "KMSMasterKeyArn" not in encryption:
        return {}
    made = tools.service("kms", region).create_key(Description=f"of {tools.table} in {region}")
    return {"KMSMasterKeyId": str(made["KeyMetadata"]["Arn"])}


def await_replicas(tools: RecoveryTools) -> None:
    """Wait until every replica of the table is ACTIVE, and its witness, where it has one.

    Raises:
        RecoveryFailedError: one cannot be created, or is not ACTIVE after a day.
    """
    began_at = tools.clock.now()
    while waited_for := {region: status for region, status in _statuses(tools).items() if status != "ACTIVE"}:
        region, status = next(iter(waited_for.items()))
        if status == "CREATION_FAILED" or tools.clock.now() - began_at > LONGEST_CREATION_S:
            raise RecoveryFailedError(f"the replica in {region} is {status}, where ACTIVE was expected")
        tools.clock.wait(POLL_S, f"until the replica in {region} is ACTIVE")


def _statuses(tools: RecoveryTools) -> dict[str, str]:
    table = tools.control.describe_table(TableName=tools.table)["Table"]
    replicas = {str(each["RegionName"]): str(each.get("ReplicaStatus")) for each in table.get("Replicas", [])}
    return replicas | {
        str(each["RegionName"]): str(each.get("WitnessStatus")) for each in table.get("GlobalTableWitnesses", [])
    }
