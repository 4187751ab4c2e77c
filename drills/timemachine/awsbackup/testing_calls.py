"""The calls on restore testing: plans, selections, and what somebody found when validating."""

import re
from dataclasses import replace

from ..blueprint import Shape
from .cron import schedule_of
from .job_calls import restore_job
from .listing import listed
from .metadata import OVERRIDABLE, canonical
from .points import RESOURCE_TYPE
from .refusals import already_exists, invalid_request, invalid_value, limit_exceeded, not_found, not_implemented
from .state import AwsBackup
from .testing_plans import TestingPlan, TestingSelection, clean_up, inferred_metadata, schedule_next

NAME = re.compile(r"[a-zA-Z0-9_]{1,50}")
MOST_PLANS = 100
MOST_SELECTIONS = 30
MOST_CHOICES = 30
"""ARNs, or tag conditions, of one selection."""
LONGEST_WINDOW_HOURS = 168
FINAL = ("SUCCESSFUL", "FAILED", "TIMED_OUT")
PLAN_DEFAULTS: Shape = {"ScheduleExpressionTimezone": "Etc/UTC", "StartWindowHours": 24}


def create_restore_testing_plan(state: AwsBackup, members: Shape) -> Shape:
    """CreateRestoreTestingPlan; the name can never be changed."""
    wanted, request_id = members["RestoreTestingPlan"], members.get("CreatorRequestId")
    name = _name(wanted["RestoreTestingPlanName"], "RestoreTestingPlanName")
    known = state.testing_plans.get(name)
    if known is not None:
        if request_id and known.creator_request_id == request_id:
            return _created(known)
        raise already_exists(f"Restore testing plan {name} exists already")
    if len(state.testing_plans) >= MOST_PLANS:
        raise limit_exceeded(f"an account can have {MOST_PLANS} restore testing plans in a Region")
    document = _document({**PLAN_DEFAULTS, **wanted})
    plan = TestingPlan(
        name=name,
        arn=state.arn("restore-testing-plan", f"{name}-{state.fleet.new_id()}"),
        creator_request_id=request_id,
        created_at=state.now(),
        updated_at=state.now(),
        document=document,
        schedule=schedule_of(document["ScheduleExpression"], document["ScheduleExpressionTimezone"]),
    )
    state.testing_plans[name] = plan
    state.tag_resource(plan.arn, members.get("Tags", {}))
    schedule_next(state, plan)
    return _created(plan)


def _name(name: str, member: str) -> str:
    if not NAME.fullmatch(name):
        raise invalid_value(f"{member} must be 1 to 50 letters, digits and underscores, but is {name!r}")
    return name


def _document(document: Shape) -> Shape:
    """A plan's members with their defaults.

    Raises:
        AwsError: InvalidParameterValueException.
    """
    hours = document["StartWindowHours"]
    if not 1 <= hours <= LONGEST_WINDOW_HOURS:
        raise invalid_value(f"StartWindowHours must be between 1 and {LONGEST_WINDOW_HOURS}, but is {hours}")
    selection = {"SelectionWindowDays": 30, **document["RecoveryPointSelection"]}
    missing = [name for name in ("Algorithm", "IncludeVaults", "RecoveryPointTypes") if not selection.get(name)]
    if missing:
        raise invalid_value(f"RecoveryPointSelection needs {missing[0]}")
    if not 1 <= selection["SelectionWindowDays"] <= 365:
        raise invalid_value(f"SelectionWindowDays must be between 1 and 365, but is {selection['SelectionWindowDays']}")
    schedule_of(document["ScheduleExpression"], document["ScheduleExpressionTimezone"])
    return {**document, "RecoveryPointSelection": selection}


def update_restore_testing_plan(state: AwsBackup, members: Shape) -> Shape:
    """UpdateRestoreTestingPlan: members that are not given stay."""
    plan = _plan(state, members)
    document = _document({**plan.document, **members["RestoreTestingPlan"]})
    updated = replace(
        plan,
        document=document,
        schedule=schedule_of(document["ScheduleExpression"], document["ScheduleExpressionTimezone"]),
        version=plan.version + 1,
        updated_at=state.now(),
    )
    state.testing_plans[plan.name] = updated
    schedule_next(state, updated)
    return {**_created(updated), "UpdateTime": updated.updated_at}


def get_restore_testing_plan(state: AwsBackup, members: Shape) -> Shape:
    """GetRestoreTestingPlan."""
    plan = _plan(state, members)
    return {"RestoreTestingPlan": {**plan.document, **_times(plan), "CreatorRequestId": plan.creator_request_id}}


def list_restore_testing_plans(state: AwsBackup, members: Shape) -> Shape:
    """ListRestoreTestingPlans, by name."""
    shapes = [_listed_plan(plan) for _, plan in sorted(state.testing_plans.items())]
    return listed(shapes, members, "RestoreTestingPlans")


def _listed_plan(plan: TestingPlan) -> Shape:
    shape = {**plan.document, **_times(plan)}
    del shape["RecoveryPointSelection"]
    return shape


def delete_restore_testing_plan(state: AwsBackup, members: Shape) -> None:
    """DeleteRestoreTestingPlan: only after its selections; one that is not there is no error."""
    plan = state.testing_plans.get(members["RestoreTestingPlanName"])
    if plan is not None and plan.selections:
        raise invalid_request(f"the selections of restore testing plan {plan.name} must be deleted first")
    state.testing_plans.pop(members["RestoreTestingPlanName"], None)


def create_restore_testing_selection(state: AwsBackup, members: Shape) -> Shape:
    """CreateRestoreTestingSelection."""
    plan, document = _plan(state, members), members["RestoreTestingSelection"]
    name = _name(document["RestoreTestingSelectionName"], "RestoreTestingSelectionName")
    if name in plan.selections:
        raise already_exists(f"Restore testing selection {name} exists already")
    if len(plan.selections) >= MOST_SELECTIONS:
        raise limit_exceeded(f"a restore testing plan can have {MOST_SELECTIONS} selections")
    if document["ProtectedResourceType"] != RESOURCE_TYPE:
        raise not_implemented(f"the resource type {document['ProtectedResourceType']}")
    selection = TestingSelection(name, state.now(), members.get("CreatorRequestId"), _checked(document))
    _select(state, plan, selection)
    return _selection_answer(plan, selection)


def _checked(document: Shape) -> Shape:
    """A selection's members.

    Raises:
        AwsError: InvalidParameterValueException.
    """
    arns = document.get("ProtectedResourceArns", [])
    conditions = [each for several in document.get("ProtectedResourceConditions", {}).values() for each in several]
    if len(arns) > MOST_CHOICES or len(conditions) > MOST_CHOICES:
        raise invalid_value(f"a selection can have {MOST_CHOICES} ARNs and {MOST_CHOICES} conditions")
    if "*" in arns and len(arns) > 1:
        raise invalid_value("ProtectedResourceArns are either ARNs or *, not both")
    if conditions and arns not in ([], ["*"]):
        raise invalid_value("ProtectedResourceConditions need the ProtectedResourceArns *")
    if not arns and not conditions:
        raise invalid_value("a selection needs ProtectedResourceArns or ProtectedResourceConditions")
    hours = document.get("ValidationWindowHours", 0)
    if not 0 <= hours <= LONGEST_WINDOW_HOURS:
        raise invalid_value(f"ValidationWindowHours must be between 0 and {LONGEST_WINDOW_HOURS}, but is {hours}")
    fixed = set(canonical(document.get("RestoreMetadataOverrides", {}))) - set(OVERRIDABLE)
    if fixed:
        raise invalid_value(f"{min(fixed)} cannot be overridden: a DynamoDB test takes {', '.join(OVERRIDABLE)}")
    return document


def update_restore_testing_selection(state: AwsBackup, members: Shape) -> Shape:
    """UpdateRestoreTestingSelection: members that are not given stay."""
    plan = _plan(state, members)
    selection = _selection(plan, members)
    updated = replace(selection, document=_checked({**selection.document, **members["RestoreTestingSelection"]}))
    _select(state, plan, updated)
    return {**_selection_answer(plan, updated), "UpdateTime": state.now()}


def get_restore_testing_selection(state: AwsBackup, members: Shape) -> Shape:
    """GetRestoreTestingSelection."""
    plan = _plan(state, members)
    selection = _selection(plan, members)
    shape = {**_selection_shape(plan, selection), "CreatorRequestId": selection.creator_request_id}
    return {"RestoreTestingSelection": {**selection.document, **shape}}


def list_restore_testing_selections(state: AwsBackup, members: Shape) -> Shape:
    """ListRestoreTestingSelections, by name."""
    plan = _plan(state, members)
    shapes = [_selection_shape(plan, selection) for _, selection in sorted(plan.selections.items())]
    return listed(shapes, members, "RestoreTestingSelections")


def delete_restore_testing_selection(state: AwsBackup, members: Shape) -> None:
    """DeleteRestoreTestingSelection."""
    plan = _plan(state, members)
    gone = _selection(plan, members).name
    left = {name: each for name, each in plan.selections.items() if name != gone}
    state.testing_plans[plan.name] = replace(plan, selections=left)


def get_restore_testing_inferred_metadata(state: AwsBackup, members: Shape) -> Shape:
    """GetRestoreTestingInferredMetadata: what a test restore of a point would be given."""
    state.point(members["BackupVaultName"], members["RecoveryPointArn"])
    return {"InferredMetadata": inferred_metadata(state)}


def put_restore_validation_result(state: AwsBackup, members: Shape) -> None:
    """PutRestoreValidationResult: the last word on a test, after which its table is deleted."""
    job, status = restore_job(state, members), members["ValidationStatus"]
    if job.test is None or job.status != "COMPLETED":
        raise invalid_request(f"Restore job {job.job_id} is not a completed job of a restore testing plan")
    if job.test.validation_status != "VALIDATING":
        raise invalid_request(f"the validation status of restore job {job.job_id} is set and cannot be changed")
    test = job.test._replace(validation_status=status, validation_message=members.get("ValidationStatusMessage"))
    state.restore_jobs[job.job_id] = replace(job, test=test)
    if status in FINAL:
        clean_up(state, job.job_id)


def _plan(state: AwsBackup, members: Shape) -> TestingPlan:
    plan = state.testing_plans.get(members["RestoreTestingPlanName"])
    if plan is None:
        raise not_found(f"Restore testing plan {members['RestoreTestingPlanName']}")
    return plan


def _selection(plan: TestingPlan, members: Shape) -> TestingSelection:
    selection = plan.selections.get(members["RestoreTestingSelectionName"])
    if selection is None:
        raise not_found(f"Selection {members['RestoreTestingSelectionName']} of restore testing plan {plan.name}")
    return selection


def _select(state: AwsBackup, plan: TestingPlan, selection: TestingSelection) -> None:
    state.testing_plans[plan.name] = replace(plan, selections={**plan.selections, selection.name: selection})


def _times(plan: TestingPlan) -> Shape:
    return {
        "CreationTime": plan.created_at,
        "LastUpdateTime": plan.updated_at,
        "LastExecutionTime": plan.executed_at,
        "RestoreTestingPlanArn": plan.arn,
    }


def _created(plan: TestingPlan) -> Shape:
    return {
        "CreationTime": plan.created_at,
        "RestoreTestingPlanArn": plan.arn,
        "RestoreTestingPlanName": plan.name,
    }


def _selection_answer(plan: TestingPlan, selection: TestingSelection) -> Shape:
    shape = _selection_shape(plan, selection)
    kept = ("CreationTime", "RestoreTestingPlanName", "RestoreTestingSelectionName")
    return {"RestoreTestingPlanArn": plan.arn, **{name: shape[name] for name in kept}}


def _selection_shape(plan: TestingPlan, selection: TestingSelection) -> Shape:
    return {
        "CreationTime": selection.created_at,
        "IamRoleArn": selection.document["IamRoleArn"],
        "ProtectedResourceType": RESOURCE_TYPE,
        "RestoreTestingPlanName": plan.name,
        "RestoreTestingSelectionName": selection.name,
        "ValidationWindowHours": selection.validation_hours,
    }
