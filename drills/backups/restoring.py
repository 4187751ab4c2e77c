"""The end that all restores have: wait for the new table, put back what AWS drops; and what is found at home before."""

from enum import StrEnum
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import RecoveryFailedError
from ..marks import Mark
from ..table_settings import await_active, error_code, put_settings_on

if TYPE_CHECKING:
    from ..recovery import RecoveryTools


class AtHome(StrEnum):
    """What somebody finds who asks the home Region for the table."""

    TABLE = "table"
    NO_TABLE = "no table"
    NO_ANSWER = "no answer"


def look_at_home(tools: "RecoveryTools") -> AtHome:
    """Ask the home Region for the table, once."""
    try:
        described = tools.once.describe_table(TableName=tools.table)["Table"]
    except BotoCoreError:
        return AtHome.NO_ANSWER
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            return AtHome.NO_TABLE
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
            return AtHome.NO_ANSWER
        raise
    return AtHome.NO_TABLE if described.get("TableStatus") == "DELETING" else AtHome.TABLE


def restore_backup(tools: "RecoveryTools", arn: str) -> None:
    """Restore a backup of DynamoDB's own into the new table, with its settings.

    Neither restore call has an idempotency token, so it is asked once.

    Raises:
        RecoveryFailedError: the restore was refused, or did not end.
    """
    tools.mark(Mark.RESTORE_ASKED)
    try:
        tools.once.restore_table_from_backup(BackupArn=arn, TargetTableName=tools.new_table)
    except ClientError as error:
        raise RecoveryFailedError(f"the restore was refused: {error}") from error
    finish_restore(tools)


def finish_restore(tools: "RecoveryTools", region: str | None = None) -> None:
    """Wait for the restored table, and put back the settings that AWS drops.

    Args:
        tools: what the recovery has at hand.
        region: where the table is; None is the home Region.
    """
    control = tools.control if region is None else tools.in_region(region)
    tools.progress("waiting for the restored table")
    await_active(control, tools.new_table, tools.clock)
    tools.mark(Mark.ACTIVE)
    put_settings_on(control, tools.new_table, tools.settings, tools.clock)
    tools.mark(Mark.SETTINGS_BACK)
