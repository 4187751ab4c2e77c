"""Backup plans: rules with a schedule, each of which backs up the tables that the plan's selections name.

A plan has versions; only the newest runs, and a deleted one does not. A rule that falls due starts its jobs at that
time, not within an hour of it as AWS may.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from ..blueprint import Shape
from .backup_jobs import BackupOrder, CopyAction, order_backup
from .copy_jobs import destination_of
from .cron import Schedule, schedule_of
from .job_calls import LEAST_START_WINDOW_MINUTES, window
from .lifecycle import Lifecycle, lifecycle_of
from .refusals import invalid_value, not_implemented
from .selections import Selection, selected_tables
from .state import AwsBackup

DEFAULTS: Shape = {
    "ScheduleExpression": "cron(0 5 ? * * *)",
    "ScheduleExpressionTimezone": "Etc/UTC",
    "StartWindowMinutes": 480,
    "CompletionWindowMinutes": 10_080,
}
"""What a rule has that says nothing about it (API reference, "BackupRule")."""
RULE_NOT_HERE = (
    "TargetLogicallyAirGappedBackupVaultArn",
    "EnableContinuousBackup",
    "IndexActions",
    "ScanActions",
)
PLAN_NOT_HERE = ("AdvancedBackupSettings", "ScanSettings")


@dataclass(frozen=True)
class Rule:
    """One rule: when, into which vault, for how long, and where copies go."""

    shape: Shape
    schedule: Schedule
    lifecycle: Lifecycle
    copies: tuple[CopyAction, ...]


@dataclass(frozen=True)
class Version:
    """One version of a plan."""

    version_id: str
    created_at: float
    document: Shape
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Plan:
    """One backup plan."""

    plan_id: str
    arn: str
    creator_request_id: str | None
    versions: tuple[Version, ...]
    selections: Mapping[str, Selection] = field(default_factory=dict)
    deleted_at: float | None = None
    executed_at: float | None = None

    @property
    def newest(self) -> Version:
        """The version that runs."""
        return self.versions[-1]

    def created_by(self, rule: Rule) -> Shape:
        """RecoveryPointCreator of the API, for what a rule makes."""
        return {
            "BackupPlanId": self.plan_id,
            "BackupPlanArn": self.arn,
            "BackupPlanName": self.newest.document["BackupPlanName"],
            "BackupPlanVersion": self.newest.version_id,
            "BackupRuleId": rule.shape["RuleId"],
            "BackupRuleName": rule.shape["RuleName"],
            "BackupRuleCron": rule.shape["ScheduleExpression"],
            "BackupRuleTimezone": rule.shape["ScheduleExpressionTimezone"],
        }


def new_version(state: AwsBackup, document: Shape) -> Version:
    """A version of a plan out of a request's BackupPlan.

    Raises:
        AwsError: InvalidParameterValueException, or a member that is not implemented.
    """
    for member in PLAN_NOT_HERE:
        if document.get(member):
            raise not_implemented(member)
    names = [rule["RuleName"] for rule in document["Rules"]]
    if not names or len(set(names)) < len(names):
        raise invalid_value("a backup plan needs rules, each with a name of its own")
    rules = tuple(_rule(state, members) for members in document["Rules"])
    shapes = [rule.shape for rule in rules]
    return Version(state.fleet.new_id(), state.now(), {**document, "Rules": shapes}, rules)


def _rule(state: AwsBackup, members: Shape) -> Rule:
    for member in RULE_NOT_HERE:
        if members.get(member):
            raise not_implemented(f"{member} of a rule")
    shape = {**DEFAULTS, **members, "RuleId": state.fleet.new_id()}
    window(shape, "StartWindowMinutes", LEAST_START_WINDOW_MINUTES)
    window(shape, "CompletionWindowMinutes", 1)
    copies = []
    for action in members.get("CopyActions", []):
        destination_of(action["DestinationBackupVaultArn"])
        copies.append(CopyAction(action["DestinationBackupVaultArn"], lifecycle_of(action.get("Lifecycle"))))
    return Rule(
        shape,
        schedule_of(shape["ScheduleExpression"], shape["ScheduleExpressionTimezone"]),
        lifecycle_of(members.get("Lifecycle")),
        tuple(copies),
    )


def schedule(state: AwsBackup, plan: Plan) -> None:
    """Let each rule of a plan's newest version fall due in its time."""
    for number in range(len(plan.newest.rules)):
        _schedule_next(state, plan, number)


def _schedule_next(state: AwsBackup, plan: Plan, number: int) -> None:
    due_at = plan.newest.rules[number].schedule.after(state.now())
    if due_at is not None:
        happening = partial(_run, state, plan.plan_id, plan.newest.version_id, number)
        state.journal.agenda.add(due_at, happening)


def _run(state: AwsBackup, plan_id: str, version_id: str, number: int) -> None:
    """Start the backups of a rule that is due, unless the plan was changed or deleted since."""
    plan = state.backup_plans[plan_id]
    if plan.deleted_at is not None or plan.newest.version_id != version_id:
        return
    _schedule_next(state, plan, number)
    if state.is_down:
        return
    state.backup_plans[plan_id] = replace(plan, executed_at=state.now())
    rule = plan.newest.rules[number]
    for table, role in selected_tables(state, plan.selections.values()).items():
        order_backup(state, _order(plan, rule, table, role))


def _order(plan: Plan, rule: Rule, table_name: str, iam_role_arn: str) -> BackupOrder:
    return BackupOrder(
        vault_name=rule.shape["TargetBackupVaultName"],
        table_name=table_name,
        iam_role_arn=iam_role_arn,
        lifecycle=rule.lifecycle,
        start_window_minutes=rule.shape["StartWindowMinutes"],
        complete_window_minutes=rule.shape["CompletionWindowMinutes"],
        tags=rule.shape.get("RecoveryPointTags", {}),
        created_by=plan.created_by(rule),
        copies=rule.copies,
    )
