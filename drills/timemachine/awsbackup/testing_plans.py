"""Restore testing: plans that restore a recovery point of each table they select, on a schedule.

What is restored is a table of its own, which is deleted when the validation is over. AWS Backup validates nothing:
somebody else looks, and says so by PutRestoreValidationResult (AWS Backup Developer Guide, "Restore testing"). All
restores of a run begin at its scheduled time, not somewhere within the start window as on AWS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from ..backend import Request
from ..blueprint import Shape
from ..errors import AwsError
from ..tables import delete_table
from ..windows import DAY_S
from .cron import Schedule
from .metadata import ENCRYPTION, TARGET, canonical, restore_order
from .points import RecoveryPoint
from .restore_jobs import RestoreJob, RestoreTest, order_restore
from .selections import fits_any, tag_key, tags_of
from .state import AwsBackup

TAG = "awsbackup-restore-test"
PREFIX = "awsbackup-restore-test-"
HOUR_S = 3600


@dataclass(frozen=True)
class TestingSelection:
    """The tables that a plan tests, as the API has them."""

    name: str
    created_at: float
    creator_request_id: str | None
    document: Shape

    @property
    def validation_hours(self) -> int:
        """How long a restored table stays for somebody to look at it."""
        return int(self.document.get("ValidationWindowHours") or 0)

    def has(self, state: AwsBackup, resource_arn: str) -> bool:
        """Whether a table is selected, by ARN or, with the ARN *, by its tags."""
        arns = self.document.get("ProtectedResourceArns") or []
        if not arns and not self.document.get("ProtectedResourceConditions"):
            return False
        if arns and not fits_any(resource_arn, arns):
            return False
        conditions = self.document.get("ProtectedResourceConditions") or {}
        table = state.backend.find(resource_arn)
        tags = tags_of(table) if table is not None else {}
        pairs = {
            name: [(tag_key(each["Key"]), each["Value"]) for each in several] for name, several in conditions.items()
        }
        return all(tags.get(key) == value for key, value in pairs.get("StringEquals", [])) and all(
            tags.get(key) != value for key, value in pairs.get("StringNotEquals", [])
        )


@dataclass(frozen=True)
class TestingPlan:
    """One restore testing plan; `version` counts its changes."""

    name: str
    arn: str
    creator_request_id: str | None
    created_at: float
    updated_at: float
    document: Shape
    schedule: Schedule
    version: int = 0
    selections: Mapping[str, TestingSelection] = field(default_factory=dict)
    executed_at: float | None = None

    def has(self, state: AwsBackup, point: RecoveryPoint) -> bool:
        """Whether a point may be restored by a run now: complete, in a chosen vault, and young enough."""
        wanted = self.document["RecoveryPointSelection"]
        oldest_at = state.now() - wanted["SelectionWindowDays"] * DAY_S
        return (
            point.completed_at is not None
            and point.created_at >= oldest_at
            and fits_any(point.vault_arn, wanted["IncludeVaults"])
            and not fits_any(point.vault_arn, wanted.get("ExcludeVaults", []))
            and "SNAPSHOT" in wanted["RecoveryPointTypes"]
        )


def schedule_next(state: AwsBackup, plan: TestingPlan) -> None:
    """Let a plan fall due at its next time."""
    due_at = plan.schedule.after(state.now())
    if due_at is not None:
        state.journal.agenda.add(due_at, partial(_run, state, plan.arn, plan.version))


def _run(state: AwsBackup, arn: str, version: int) -> None:
    """Start the restores of a plan that is due, unless it was changed or deleted since."""
    plan = next((each for each in state.testing_plans.values() if each.arn == arn), None)
    if plan is None or plan.version != version:
        return
    schedule_next(state, plan)
    if state.is_down:
        return
    state.testing_plans[plan.name] = replace(plan, executed_at=state.now())
    for selection in plan.selections.values():
        for point in _chosen(state, plan, selection):
            _test(state, plan, selection, point)


def _chosen(state: AwsBackup, plan: TestingPlan, selection: TestingSelection) -> list[RecoveryPoint]:
    """One point for each selected table that has any."""
    by_table: dict[str, list[RecoveryPoint]] = {}
    for point in state.points.values():
        if plan.has(state, point) and selection.has(state, point.resource_arn):
            by_table.setdefault(point.resource_arn, []).append(point)
    if plan.document["RecoveryPointSelection"]["Algorithm"] == "LATEST_WITHIN_WINDOW":
        return [max(points, key=lambda point: point.created_at) for points in by_table.values()]
    return [state.fleet.random.choice(points) for points in by_table.values()]


def inferred_metadata(state: AwsBackup) -> dict[str, str]:
    """The metadata of a test restore: a name of its own, and a key that DynamoDB owns."""
    return {
        "deletionProtection": "false",
        ENCRYPTION: "Default",
        TARGET: PREFIX + state.fleet.new_id().replace("-", ""),
    }


def _test(state: AwsBackup, plan: TestingPlan, selection: TestingSelection, point: RecoveryPoint) -> None:
    inferred = inferred_metadata(state)
    del inferred["deletionProtection"]
    metadata = {**inferred, **canonical(selection.document.get("RestoreMetadataOverrides", {}))}
    job = RestoreJob(
        job_id=state.new_id(),
        account_id=state.account_id,
        point=point,
        order=restore_order(metadata),
        metadata=metadata,
        iam_role_arn=selection.document["IamRoleArn"],
        created_at=state.now(),
        test=RestoreTest(plan.arn, selection.validation_hours),
    )
    order_restore(state, job, _validate)


def _validate(state: AwsBackup, job: RestoreJob) -> None:
    """Mark the restored table as a test's, and leave it for the validation."""
    table = state.backend.find(job.order.target)
    if job.test is None or table is None:
        return
    table.tags = [{"Key": TAG, "Value": job.test.plan_arn}]
    hours = job.test.validation_hours
    if hours == 0:
        clean_up(state, job.job_id)
        return
    state.restore_jobs[job.job_id] = replace(job, test=job.test._replace(validation_status="VALIDATING"))
    state.journal.agenda.add(state.now() + hours * HOUR_S, partial(_time_out, state, job.job_id))


def _time_out(state: AwsBackup, job_id: str) -> None:
    job = state.restore_jobs[job_id]
    if job.test is not None and job.test.validation_status == "VALIDATING":
        state.restore_jobs[job_id] = replace(job, test=job.test._replace(validation_status="TIMED_OUT"))
    clean_up(state, job_id)


def clean_up(state: AwsBackup, job_id: str) -> None:
    """Delete the table of a test, once. Without its tag it stays."""
    job = state.restore_jobs[job_id]
    if job.test is None or job.test.deletion_status is not None:
        return
    _set_deletion(state, job_id, *_deleted(state, job))


def _set_deletion(state: AwsBackup, job_id: str, outcome: str, message: str | None = None) -> None:
    job = state.restore_jobs[job_id]
    if job.test is not None:
        test = job.test._replace(deletion_status=outcome, deletion_message=message)
        state.restore_jobs[job_id] = replace(job, test=test)


def _deleted(state: AwsBackup, job: RestoreJob) -> tuple[str, str | None]:
    table = state.backend.find(job.order.target)
    if table is None:
        return "SUCCESSFUL", None
    if TAG not in tags_of(table):
        return "FAILED", f"The table {table.name} has no tag {TAG}: it is not deleted"
    try:
        delete_table(Request(state.backend, {"TableName": table.name}))
    except AwsError as error:
        return "FAILED", error.message
    if table.life.gone_at <= state.now():
        return "SUCCESSFUL", None
    state.journal.agenda.add(table.life.gone_at, partial(_set_deletion, state, job.job_id, "SUCCESSFUL"))
    return "DELETING", None
