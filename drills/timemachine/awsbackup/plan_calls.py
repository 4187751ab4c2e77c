"""The calls on backup plans and on their selections."""

from dataclasses import replace

from ..blueprint import Shape
from .listing import listed
from .plans import Plan, Version, new_version, schedule
from .refusals import already_exists, invalid_request, not_found
from .selections import Selection, check_selection
from .state import AwsBackup


def create_backup_plan(state: AwsBackup, members: Shape) -> Shape:
    """CreateBackupPlan; a second request with the same CreatorRequestId answers the same plan."""
    name, request_id = members["BackupPlan"]["BackupPlanName"], members.get("CreatorRequestId")
    for known in state.backup_plans.values():
        if known.deleted_at is None and request_id and known.creator_request_id == request_id:
            return _summary(known, known.newest)
        if known.deleted_at is None and known.newest.document["BackupPlanName"] == name:
            raise already_exists("Backup plan with the same plan document already exists")
    plan_id = state.fleet.new_id()
    version = new_version(state, members["BackupPlan"])
    plan = Plan(plan_id, state.arn("backup-plan", plan_id), request_id, (version,))
    state.backup_plans[plan_id] = plan
    state.tag_resource(plan.arn, members.get("BackupPlanTags", {}))
    schedule(state, plan)
    return _summary(plan, version)


def update_backup_plan(state: AwsBackup, members: Shape) -> Shape:
    """UpdateBackupPlan: a new version, which runs from now on."""
    plan = _plan(state, members)
    version = new_version(state, members["BackupPlan"])
    updated = replace(plan, versions=(*plan.versions, version))
    state.backup_plans[plan.plan_id] = updated
    schedule(state, updated)
    return _summary(updated, version)


def get_backup_plan(state: AwsBackup, members: Shape) -> Shape:
    """GetBackupPlan, of the newest version or of the one that is named."""
    plan = _plan(state, members, deleted_too=True)
    version = plan.newest
    if "VersionId" in members:
        found = [each for each in plan.versions if each.version_id == members["VersionId"]]
        if not found:
            raise not_found(f"Version {members['VersionId']} of backup plan {plan.plan_id}")
        version = found[0]
    return {
        **_summary(plan, version),
        "BackupPlan": version.document,
        "CreatorRequestId": plan.creator_request_id,
        "DeletionDate": plan.deleted_at,
        "LastExecutionDate": plan.executed_at,
        "ScheduledRunsPreview": _preview(state, plan, members.get("MaxScheduledRunsPreview", 0)),
    }


def _preview(state: AwsBackup, plan: Plan, count: int) -> list[Shape] | None:
    """The next runs of a plan's rules."""
    if not count or plan.deleted_at is not None:
        return None
    runs = []
    for rule in plan.newest.rules:
        at: float | None = state.now()
        for _ in range(count):
            at = None if at is None else rule.schedule.after(at)
            if at is not None:
                runs.append((at, rule.shape["RuleId"]))
    return [
        {"ExecutionTime": at, "RuleId": rule_id, "RuleExecutionType": "SNAPSHOTS"}
        for at, rule_id in sorted(runs)[:count]
    ]


def list_backup_plans(state: AwsBackup, members: Shape) -> Shape:
    """ListBackupPlans, oldest first."""
    with_deleted = members.get("IncludeDeleted", False)
    shapes = [
        {
            **_summary(plan, plan.newest),
            "DeletionDate": plan.deleted_at,
            "BackupPlanName": plan.newest.document["BackupPlanName"],
            "CreatorRequestId": plan.creator_request_id,
            "LastExecutionDate": plan.executed_at,
        }
        for plan in state.backup_plans.values()
        if with_deleted or plan.deleted_at is None
    ]
    return listed(shapes, members, "BackupPlansList")


def list_backup_plan_versions(state: AwsBackup, members: Shape) -> Shape:
    """ListBackupPlanVersions, oldest first."""
    plan = _plan(state, members, deleted_too=True)
    shapes = [
        {**_summary(plan, version), "BackupPlanName": version.document["BackupPlanName"]} for version in plan.versions
    ]
    return listed(shapes, members, "BackupPlanVersionsList")


def delete_backup_plan(state: AwsBackup, members: Shape) -> Shape:
    """DeleteBackupPlan: only after its selections."""
    plan = _plan(state, members)
    if plan.selections:
        raise invalid_request("Related backup plan selections must be deleted prior to backup plan deletion")
    state.backup_plans[plan.plan_id] = replace(plan, deleted_at=state.now())
    return {
        "BackupPlanId": plan.plan_id,
        "BackupPlanArn": plan.arn,
        "DeletionDate": state.now(),
        "VersionId": plan.newest.version_id,
    }


def create_backup_selection(state: AwsBackup, members: Shape) -> Shape:
    """CreateBackupSelection."""
    plan, document = _plan(state, members), members["BackupSelection"]
    check_selection(document)
    request_id = members.get("CreatorRequestId")
    for known in plan.selections.values():
        if request_id and known.creator_request_id == request_id:
            return _selection_shape(plan, known)
        if known.document["SelectionName"] == document["SelectionName"]:
            raise already_exists("Backup selection with the same name already exists")
    selection = Selection(state.fleet.new_id(), state.now(), request_id, document)
    selections = {**plan.selections, selection.selection_id: selection}
    state.backup_plans[plan.plan_id] = replace(plan, selections=selections)
    return _selection_shape(plan, selection)


def get_backup_selection(state: AwsBackup, members: Shape) -> Shape:
    """GetBackupSelection."""
    plan = _plan(state, members)
    selection = _selection(plan, members)
    return {
        **_selection_shape(plan, selection),
        "BackupSelection": selection.document,
        "CreatorRequestId": selection.creator_request_id,
    }


def list_backup_selections(state: AwsBackup, members: Shape) -> Shape:
    """ListBackupSelections, oldest first."""
    plan = _plan(state, members)
    shapes = [
        {
            **_selection_shape(plan, selection),
            "SelectionName": selection.document["SelectionName"],
            "CreatorRequestId": selection.creator_request_id,
            "IamRoleArn": selection.document["IamRoleArn"],
        }
        for selection in plan.selections.values()
    ]
    return listed(shapes, members, "BackupSelectionsList")


def delete_backup_selection(state: AwsBackup, members: Shape) -> None:
    """DeleteBackupSelection."""
    plan = _plan(state, members)
    gone = _selection(plan, members).selection_id
    left = {name: each for name, each in plan.selections.items() if name != gone}
    state.backup_plans[plan.plan_id] = replace(plan, selections=left)


def _plan(state: AwsBackup, members: Shape, *, deleted_too: bool = False) -> Plan:
    plan = state.backup_plans.get(members["BackupPlanId"])
    if plan is None or (plan.deleted_at is not None and not deleted_too):
        raise not_found(f"Backup plan {members['BackupPlanId']}")
    return plan


def _selection(plan: Plan, members: Shape) -> Selection:
    selection = plan.selections.get(members["SelectionId"])
    if selection is None:
        raise not_found(f"Selection {members['SelectionId']} of backup plan {plan.plan_id}")
    return selection


def _summary(plan: Plan, version: Version) -> Shape:
    return {
        "BackupPlanId": plan.plan_id,
        "BackupPlanArn": plan.arn,
        "CreationDate": version.created_at,
        "VersionId": version.version_id,
    }


def _selection_shape(plan: Plan, selection: Selection) -> Shape:
    return {
        "SelectionId": selection.selection_id,
        "BackupPlanId": plan.plan_id,
        "CreationDate": selection.created_at,
    }
