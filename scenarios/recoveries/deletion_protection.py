"""Recovery: none is needed, since the table cannot be deleted."""

from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from ...drills.costs.estimate import Usage, Use
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.table_settings import await_active, error_message
from ...drills.target import Capability


@dataclass(frozen=True)
class DeletionProtection:
    """Switch deletion protection on beforehand, so that the table cannot be dropped; then there is nothing to restore.

    DeleteTable is answered with ValidationException until the protection is switched off (Developer Guide, "Using
    deletion protection to protect your table"). It costs nothing, loses nothing and takes no time. It protects from
    nothing else: not from deletes of items, not from somebody who may switch it off, and not from the loss of a Region.
    """

    needs: tuple[Capability, ...] = ()
    promise: PromiseKind = PromiseKind.PREVENT
    method: Method | None = None

    def arm(self, tools: RecoveryTools) -> None:
        """Switch it on."""
        tools.control.update_table(TableName=tools.table, DeletionProtectionEnabled=True)
        await_active(tools.control, tools.table, tools.clock)

    def monthly(self, usage: Usage) -> Sequence[Use]:  # noqa: ARG002 - of a table of any size
        """Nothing: it is a switch."""
        return ()

    def recover(self, tools: RecoveryTools) -> Recovered:
        """See that the table is still there, and leave it as it is."""
        try:
            tools.control.describe_table(TableName=tools.table)
        except ClientError as error:
            raise RecoveryFailedError(
                f"{tools.table} cannot be described: {error_message(error)}",
                "Deletion protection keeps a table from being deleted, and brings none back.",
            ) from error
        tools.mark(Mark.DECIDED)
        return Recovered(None, None, "the table was never lost")
