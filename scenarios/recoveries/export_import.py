"""Recovery: export the table as of a second to S3, and import it as a new table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ...drills.backups.exports import bucket_name, data_folder, export, open_bucket
from ...drills.backups.jobs import Stage, await_done
from ...drills.backups.restoring import finish_restore
from ...drills.backups.schedule import QUIET_S
from ...drills.backups.window import await_window
from ...drills.costs.estimate import Usage, Use, point_in_time_month
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.restore_points.choosing import find_point
from ...drills.table_settings import switch_recovery_on
from ...drills.table_shape import shape_of
from ...drills.target import Capability


@dataclass(frozen=True)
class ExportImport:
    """Export the whole table as of a second before the disaster to S3, and import that as a new table.

    Protects from bad writes and deletes while the table is there. The export needs point-in-time recovery and none of
    the table's capacity; it can be looked at, filtered or loaded elsewhere before anything is imported. It does not
    protect from the loss of the Region or of the table: a table that was deleted has no exports any more. Local
    secondary indexes cannot be imported, so a table that has any is refused before users begin.

    The guide says that an export's clock may be a minute off, so the second is chosen a minute and more before the
    first bad write: point-in-time restores lose less. The new table has the keys, global indexes, capacity and
    encryption of the old one; stream, TTL, tags, deletion protection and recovery are put back.
    """

    needs: tuple[Capability, ...] = (
        Capability.POINT_IN_TIME,
        Capability.EXPORT_TO_S3,
        Capability.IMPORT_FROM_S3,
    )
    promise: PromiseKind = PromiseKind.REWIND
    method: Method | None = Method.EXPORT

    def arm(self, tools: RecoveryTools) -> None:
        """Make a bucket, switch point-in-time recovery on, and wait until its window is as wide as the boundary."""
        if tools.control.describe_table(TableName=tools.table)["Table"].get("LocalSecondaryIndexes"):
            raise RecoveryFailedError(
                f"{tools.table} has local secondary indexes, which ImportTable cannot make",
                "Recover with --recovery point_in_time.",
            )
        open_bucket(tools)
        switch_recovery_on(tools.control, tools.table)
        width_s = tools.boundary(Method.EXPORT).width_s
        tools.clock.wait(width_s + 2 * QUIET_S, "until the window reaches back over the boundary")

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """A month of point-in-time recovery; exports are paid for when they are made."""
        return [point_in_time_month(usage.size, usage.region)]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Find the second, wait until it can be exported, export, import, put the settings back."""
        point_at, found_from = find_point(tools.to, tools.clue, tools.boundary(Method.EXPORT))
        tools.mark(Mark.DECIDED)
        if point_at is not None and tools.waits_for_window:
            await_window(tools, point_at)
        when = {} if point_at is None else {"ExportTime": datetime.fromtimestamp(point_at, UTC)}
        exported = export(tools, **when)
        _import(tools, data_folder(exported))
        finish_restore(tools)
        return Recovered(tools.new_table, exported["ExportTime"].timestamp(), found_from)


def _import(tools: RecoveryTools, folder: str) -> None:
    """Make the new table out of the export's files, and wait until all of it is in.

    Raises:
        RecoveryFailedError: the import failed; of one item that was not taken, too.
    """
    shape: Any = {"TableName": tools.new_table, **_as_created(tools)}
    arn = tools.control.import_table(
        S3BucketSource={"S3Bucket": bucket_name(tools), "S3KeyPrefix": folder},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters=shape,
        ClientToken=f"{tools.table}-{tools.clock.now():.6f}"[-64:],
    )["ImportTableDescription"]["ImportArn"]

    def look() -> Stage:
        described = tools.control.describe_import(ImportArn=arn)["ImportTableDescription"]
        return Stage(described["ImportStatus"], described.get("FailureMessage", ""))

    tools.progress("waiting for the import")
    await_done(tools, "the import", look)


def _as_created(tools: RecoveryTools) -> dict[str, Any]:
    """What ImportTable is told of the new table: what DescribeTable says of the old one."""
    old: Any = tools.control.describe_table(TableName=tools.table)["Table"]
    new = shape_of(old)
    if maxima := old.get("OnDemandThroughput"):
        new["OnDemandThroughput"] = maxima
    if encryption := old.get("SSEDescription"):
        key = {"KMSMasterKeyId": encryption["KMSMasterKeyArn"]} if "KMSMasterKeyArn" in encryption else {}
        new["SSESpecification"] = {"Enabled": True, "SSEType": "KMS", **key}
    return new
