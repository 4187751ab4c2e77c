"""Taking away what a run created, in the order that leaves nothing behind, and proving it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import DrillError
from ..tables import region_of
from ..target import Target, TargetKind
from .jobs_left import under_way
from .patience import BUSY, GONE_WITHIN_S, NOT_THERE, POLL_S, SETTLES_WITHIN_S, Progress, code_of, patiently, region_in
from .removing_neighbours import (
    is_vault,
    remove_alias,
    remove_bucket,
    remove_key,
    remove_parameter,
    remove_point,
    remove_vault,
)
from .removing_tables import remove_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROUNDS = 3
"""An import, or a job of AWS Backup, may make a table when the tables have gone: then it is looked again."""

FAULTS = (ClientError, BotoCoreError, DrillError)


def clean_up(target: Target, progress: Progress) -> list[str]:
    """Remove everything that this run made, then look again.

    Args:
        target: where the run was; its clock is what waiting goes by.
        progress: told what is being done.

    Returns:
        What could not be removed: each a name or ARN, and why. An interrupt while it waits goes through, and leaves
        the rest where it is.
    """
    why: dict[str, str] = {}
    try:
        if target.world is not None:
            target.world.mend()  # in a Region that is lost nothing can be removed
        left = target.leftovers()
        _enable_keys(target, left)
        for _ in range(ROUNDS):
            why |= _one_round(target, progress)
            left = target.leftovers()
            if set(left) <= set(why):
                break
    except DrillError as error:
        return [f"{name}: {reason}" for name, reason in why.items() if reason] + [error.message]
    return [f"{name}: {why.get(name) or 'still listed, and nothing says why'}" for name in left]


def still_there(target: Target) -> list[str]:
    """What is left when nobody waits any longer; the embedded machine takes everything with it when it ends."""
    if target.kind is TargetKind.EMBEDDED:
        return []
    try:
        return target.leftovers()
    except DrillError as error:
        return [error.message]


def _one_round(target: Target, progress: Progress) -> dict[str, str]:
    """Try to remove each thing that is there, kind after kind; why some could not be, by name.

    Jobs of AWS Backup are waited for before anything is: what they make could not be removed before it is there.
    Replicas go before the table that they were made from, which stays for 24 hours while it has any.
    """
    with suppress(*FAULTS):  # then whoever removes things says what is in the way
        _await_jobs(target, progress)
    return {
        name: _reason(remove, target, name, progress)
        for belongs, remove in REMOVERS
        for name in sorted(filter(belongs, target.leftovers()), key=lambda name: region_of(name) is None)
    }


def _await_jobs(target: Target, progress: Progress) -> None:
    vaults = [name for name in target.leftovers() if is_vault(name)]
    if vaults and (jobs := under_way(target, vaults)):
        progress(f"waiting for {', '.join(jobs)}")
        patiently(
            target, lambda: not under_way(target, vaults), SETTLES_WITHIN_S, "until AWS Backup has ended its jobs"
        )


def _enable_keys(target: Target, left: Sequence[str]) -> None:
    """A table whose key is disabled takes no change, so its deletion protection could not be switched off."""
    for arn in filter(_of("kms", "key/"), left):
        kms = target.service("kms", region_in(arn))
        if kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "Disabled":
            kms.enable_key(KeyId=arn)


def _reason(remove: Callable[[Target, str, Progress], str], target: Target, name: str, progress: Progress) -> str:
    """Why something could not be removed; empty where it was."""
    try:
        return remove(target, name, progress)
    except FAULTS as error:
        return "" if code_of(error) in NOT_THERE else getattr(error, "message", "") or str(error)


def _remove_backup(target: Target, arn: str, progress: Progress) -> str:
    progress(f"removing backup {arn}")
    control = target.control(region_in(arn))
    details = control.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    if details["BackupType"] == "SYSTEM":
        until = details.get("BackupExpiryDateTime")
        if target.kind is TargetKind.EMBEDDED and until is not None:
            return _outlive(target, control, arn, until.timestamp())
        return f"a SYSTEM backup, which nobody can delete; DynamoDB does, {until or '35 days after it was made'}"
    deleted = patiently(target, lambda: _deletes_backup(control, arn), GONE_WITHIN_S, "until the backup can be deleted")
    return "" if deleted else f"was in use for {GONE_WITHIN_S / 60:g} min"


def _outlive(target: Target, control: "DynamoDBClient", arn: str, until: float) -> str:
    """Where time can be moved, the 35 days after which DynamoDB deletes a SYSTEM backup cost nothing."""
    target.clock.wait(until - target.clock.now() + POLL_S, "until DynamoDB deletes its backup of a deleted table")
    control.describe_backup(BackupArn=arn)
    return "a SYSTEM backup, which is still there after its expiry"


def _deletes_backup(control: "DynamoDBClient", arn: str) -> bool:
    try:
        control.delete_backup(BackupArn=arn)
    except ClientError as error:
        if code_of(error) not in BUSY:
            raise
        return False
    return True


def _is_table(name: str) -> bool:
    return not name.startswith("arn:")


def _of(service: str, kind: str = "") -> Callable[[str], bool]:
    """Whether a name is the ARN of a service's thing; `kind` is how its last part begins."""

    def belongs(name: str) -> bool:
        parts = name.split(":", 5)
        return parts[0] == "arn" and parts[2] == service and parts[5].startswith(kind)

    return belongs


def _outwait_transfer(target: Target, arn: str, progress: Progress) -> str:
    """Neither an export nor an import can be stopped; what an import makes can be removed once it is there."""
    progress(f"waiting for {arn}")
    ended = patiently(target, lambda: arn not in target.leftovers(), SETTLES_WITHIN_S, "until it has ended by itself")
    return "" if ended else "did not end"


def _is_transfer(name: str) -> bool:
    return name.startswith("arn:") and any(kind in name for kind in ("/export/", "/import/"))


REMOVERS: Sequence[tuple[Callable[[str], bool], Callable[[Target, str, Progress], str]]] = (
    (_is_transfer, _outwait_transfer),
    (_is_table, remove_table),
    (_of("backup", "recovery-point:"), remove_point),
    (lambda name: "/backup/" in name, _remove_backup),
    (is_vault, remove_vault),
    (_of("s3"), remove_bucket),
    (_of("kms", "alias/"), remove_alias),
    (_of("kms", "key/"), remove_key),
    (_of("ssm"), remove_parameter),
)
"""What is told by its name to be of a kind, and how it is removed, in an order in which nothing is in the way."""
