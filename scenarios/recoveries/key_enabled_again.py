"""Recovery: enable the key that the table is encrypted with."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...drills.costs.estimate import Usage, Use
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.table_settings import await_active
from ...drills.target import Capability


@dataclass(frozen=True)
class KeyEnabledAgain:
    """Enable the table's KMS key again: nothing is restored, since nothing was lost.

    Protects from a key that was disabled, and from one whose deletion is still pending once that is cancelled. A key
    that KMS has deleted is gone for good, and with it every table, backup and export that it encrypts.
    """

    needs: tuple[Capability, ...] = (Capability.KEYS,)
    promise: PromiseKind = PromiseKind.UNDO
    method: Method | None = None

    def arm(self, tools: RecoveryTools) -> None:
        """Nothing is needed beforehand but the right to enable the key."""

    def monthly(self, usage: Usage) -> Sequence[Use]:  # noqa: ARG002 - of a table of any size
        """Nothing: the key is paid for anyway."""
        return ()

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Find the table's key, enable it, and wait until the table is ACTIVE again."""
        described = tools.control.describe_table(TableName=tools.table)["Table"]
        key = described.get("SSEDescription", {}).get("KMSMasterKeyArn")
        if key is None:
            raise RecoveryFailedError(
                f"{tools.table} is encrypted with no key of its own", "Without one there is nothing to enable."
            )
        tools.mark(Mark.DECIDED)
        tools.service("kms").enable_key(KeyId=key)
        await_active(tools.control, tools.table, tools.clock)
        tools.mark(Mark.ACTIVE)
        return Recovered(None, None, "the key was enabled again")
