"""Disaster: the key that the table is encrypted with is disabled."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.table_settings import await_active
from ...drills.target import Capability


@dataclass(frozen=True)
class KeyDisabled:
    """Somebody disables the KMS key that the table is encrypted with: all data is there, and nobody can read it.

    The table is encrypted with a key of its own beforehand. Once the key is disabled, DynamoDB refuses reads and
    writes, and every restore of what was encrypted with it: a backup keeps the key that it was made with, and that key
    has to be enabled (Developer Guide, "Encryption at rest: usage notes"). Enabled again, the table is as it was.
    After seven days without its key DynamoDB archives the table.
    """

    prevention: ClassVar[str] = (
        "Deny kms:DisableKey and kms:ScheduleKeyDeletion to all but a break-glass role, and put an alarm "
        "on CloudTrail's events of both: a key is disabled at once, and deleted after 7 days at the "
        "earliest."
    )

    needs: tuple[Capability, ...] = (Capability.KEYS,)

    def stage(self, strike: Strike) -> None:
        """Encrypt the table with a new key."""
        key = strike.service("kms").create_key(Description=f"of {strike.table}")["KeyMetadata"]["Arn"]
        specification: Any = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
        strike.control.update_table(TableName=strike.table, SSESpecification=specification)
        await_active(strike.control, strike.table, strike.clock)

    def strike(self, strike: Strike) -> Clue:
        """Disable the key; leave behind CloudTrail's event of it."""
        described = strike.control.describe_table(TableName=strike.table)["Table"]
        key = described["SSEDescription"]["KMSMasterKeyArn"]
        asked_at = strike.clock.now()
        strike.attempt("DisableKey", lambda: strike.service("kms").disable_key(KeyId=key))
        return Clue("CloudTrail's event of DisableKey", asked_at)
