"""A CloudFormation template of a table with a recovery's protection switched on from the start."""

from collections.abc import Mapping
from typing import Any

from ..errors import UsageError
from ..promise import PromiseKind
from ..recovery import Recovery
from ..scenario import Fixture
from ..target import Capability

IN_A_TABLE = frozenset(
    {Capability.POINT_IN_TIME, Capability.STREAMS, Capability.EXPORT_TO_S3, Capability.IMPORT_FROM_S3}
)
"""What properties of the table can switch on, or what needs nothing but those."""
LONGEST_PERIOD_DAYS = 35


def template(fixture: Fixture, recovery: Recovery, recovery_name: str, table: str | None = None) -> dict[str, Any]:
    """The template, with one resource: `Table`, kept when its stack is deleted.

    Args:
        fixture: says what the table is like.
        recovery: whose protection is switched on.
        recovery_name: for the error.
        table: its name; the fixture's where it is None.

    Raises:
        UsageError: the protection is more than properties of one table.
    """
    beyond = [each.value for each in recovery.needs if each not in IN_A_TABLE]
    if beyond:
        raise UsageError(
            f"recovery {recovery_name} needs {', '.join(beyond)}, which no property of a table switches on",
            "There are templates for point_in_time, point_in_time_with_changes, repair_in_place, incremental_rollback, "
            "export_import, stream_replay and deletion_protection.",
        )
    properties = {"TableName": table or fixture.table_name, **fixture.table(), **_protected(fixture, recovery)}
    resource = {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Table": resource}}


def _protected(fixture: Fixture, recovery: Recovery) -> Mapping[str, Any]:
    """The properties that a table has beyond its shape (CloudFormation User Guide, AWS::DynamoDB::Table)."""
    settings, needs = fixture.settings, recovery.needs
    found: dict[str, Any] = {}
    if Capability.POINT_IN_TIME in needs or settings.recovery_period_days is not None:
        found["PointInTimeRecoverySpecification"] = {
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": settings.recovery_period_days or LONGEST_PERIOD_DAYS,
        }
    view = settings.stream_view or ("NEW_AND_OLD_IMAGES" if Capability.STREAMS in needs else None)
    if view is not None:
        found["StreamSpecification"] = {"StreamViewType": view}
    if settings.ttl_attribute is not None:
        found["TimeToLiveSpecification"] = {"AttributeName": settings.ttl_attribute, "Enabled": True}
    if settings.deletion_protection or recovery.promise is PromiseKind.PREVENT:
        found["DeletionProtectionEnabled"] = True
    if settings.tags:
        found["Tags"] = [{"Key": name, "Value": value} for name, value in sorted(settings.tags.items())]
    return found
