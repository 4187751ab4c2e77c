"""A restore job of AWS Backup, as it is asked: what was restored from what, and whether anybody may validate it."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..errors import RecoveryFailedError, UsageError
from ..table_settings import error_code

DYNAMODB = "DynamoDB"
"""How the resource types of DynamoDB begin: with AWS Backup's advanced features an event has more behind it."""
ENDED_BADLY = frozenset({"FAILED", "ABORTED"})
NOT_THERE = frozenset({"ResourceNotFoundException", "InvalidParameterValueException"})


class NothingToValidateError(UsageError):
    """The job takes no validation, now or ever: no error of the one who delivers events."""


@dataclass(frozen=True)
class RestoreJob:
    """One completed restore of a restore testing plan that waits for a validation."""

    job_id: str
    region: str
    restored_arn: str
    source_arn: str
    point_at: float
    asked_at: float

    @property
    def restored(self) -> str:
        """The name of the restored table."""
        return self.restored_arn.partition(":table/")[2]


def look_at_job(backup: Any, job_id: str, region: str) -> RestoreJob:
    """Describe a restore job.

    Args:
        backup: a client of AWS Backup in the job's Region.
        job_id: the job.
        region: its Region.

    Raises:
        NothingToValidateError: it is none that takes a validation.
        RecoveryFailedError: the restore itself failed.
        UsageError: there is no such job.
    """
    try:
        found = backup.describe_restore_job(RestoreJobId=job_id)
    except ClientError as error:
        if error_code(error) not in NOT_THERE:
            raise
        raise UsageError(f"there is no restore job {job_id} in {region}", "See the Region and the account.") from error
    _check(found)
    return RestoreJob(
        job_id=job_id,
        region=region,
        restored_arn=str(found["CreatedResourceArn"]),
        source_arn=str(found["SourceResourceArn"]),
        point_at=found["RecoveryPointCreationDate"].timestamp(),
        asked_at=found["CreationDate"].timestamp(),
    )


def _check(found: Any) -> None:
    job, status = f"restore job {found['RestoreJobId']}", found["Status"]
    if not found.get("CreatedBy", {}).get("RestoreTestingPlanArn"):
        raise NothingToValidateError(f"{job} is of no restore testing plan", "AWS Backup takes no validation of it.")
    if not str(found.get("ResourceType", "")).startswith(DYNAMODB):
        raise NothingToValidateError(f"{job} restores no table but {found.get('ResourceType')}", "")
    if status in ENDED_BADLY:
        raise RecoveryFailedError(f"{job} is {status}: {found.get('StatusMessage') or 'AWS Backup does not say why'}")
    if status != "COMPLETED":
        raise NothingToValidateError(f"{job} is {status}", "Wait until it is COMPLETED.")
    if found.get("ValidationStatus", "VALIDATING") != "VALIDATING":
        raise NothingToValidateError(
            f"{job} is validated: {found['ValidationStatus']}", "A validation that is set cannot be changed."
        )
    if found.get("DeletionStatus"):
        raise NothingToValidateError(f"the table of {job} is being deleted, or is", "Nobody can look at it any more.")
