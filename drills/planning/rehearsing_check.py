"""The rehearsal of a check: a table like the person's, made on the stage, and checked there."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from ..checking.acting import run_check
from ..checking.asked import Check
from ..checking.folder import CheckFolder
from ..checking.judging import judge_check
from ..checking.restoring import ROLE
from ..compare.words import Word
from ..config.model import Config
from ..iam.asked import Need
from ..table_shape import shape_of
from ..target import Target
from ..targets.rehearsal import Rehearsing
from ..timemachine.calls import DEFAULT_ACCOUNT
from .rehearsal import PhaseWatch, Rehearsal, a_folder, rehearsed

STARTS_AT = 1_780_272_000.0
ITEMS = 5
VAULT = "Default"
DAY_S = 86_400.0
VALUES: Mapping[str, Any] = {"S": "{}", "N": "{}", "B": b"%d"}


@dataclass(frozen=True)
class Like:
    """The person's table, as far as a stage needs it."""

    name: str
    region: str
    described: Mapping[str, Any]
    recovery_on: bool
    stream: Mapping[str, Any] | None


def look_like(target: Target, check: Check) -> Like:
    """Describe the person's table.

    Raises:
        ClientError: it cannot be described; whoever checks it says what is wrong.
    """
    region = check.place.region or target.region
    control = target.control(region)
    described = control.describe_table(TableName=check.place.name)["Table"]
    backups: Any = {}
    with suppress(ClientError):
        backups = control.describe_continuous_backups(TableName=check.place.name)["ContinuousBackupsDescription"]
    on = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED"
    return Like(check.place.name, region, described, on, described.get("StreamSpecification"))


def rehearse_check(check: Check, like: Like, config: Config, name: str) -> Rehearsal:
    """Rehearse a check of a table like the person's.

    Args:
        check: what is asked.
        like: the person's table.
        config: the person's own.
        name: what the target is called.
    """
    stage = Rehearsing(name, like.region, STARTS_AT)
    _set_up(stage, check, like)
    small = replace(
        check,
        place=replace(check.place, arn=None),
        to=None,
        against=None if isinstance(check.against, Word) else check.against,
        changed_at=check.changed_at,
        invariants=(),
        smoke=None,
        canary=None,
        yes_spend_usd=None,
    )
    with a_folder() as made:
        folder = CheckFolder(made)

        def act(watch: PhaseWatch) -> tuple[str, str]:
            run_check(small, folder, watch, config, opening=stage.open)
            verdict = judge_check(folder)
            return verdict.verdict.value, verdict.because

        found = rehearsed(stage, folder.path, config.names.prefix, act)
    return replace(found, needs=(*found.needs, *_of_a_stored_copy(check, like.region)))


def _of_a_stored_copy(check: Check, region: str) -> tuple[Need, ...]:
    """Of copies that are stored already, those in S3 have to be read."""
    if not isinstance(check.against, Word) or not check.against.name.startswith("s3://"):
        return ()
    bucket, _, prefix = check.against.name.removeprefix("s3://").partition("/")
    return (
        Need("s3:GetObject", f"arn:aws:s3:::{bucket}/{prefix.strip('/')}/*", region),
        Need("s3:ListBucket", f"arn:aws:s3:::{bucket}", region),
    )


def _set_up(stage: Rehearsing, check: Check, like: Like) -> None:
    """A table of the same shape with a few items, and something to restore it from."""
    db = stage.somebody(region=like.region)
    more: dict[str, Any] = {"StreamSpecification": like.stream} if like.stream else {}
    db.create_table(TableName=like.name, **shape_of(like.described), **more)
    stage.clock.set_forward(stage.clock.now() + DAY_S / 24)
    if like.recovery_on or check.way == "pitr" or check.against == "export":
        on = {"PointInTimeRecoveryEnabled": True}
        db.update_continuous_backups(TableName=like.name, PointInTimeRecoverySpecification=on)
    types = {each["AttributeName"]: each["AttributeType"] for each in like.described["AttributeDefinitions"]}
    for number in range(ITEMS):
        item = {name: {kind: _value(kind, number)} for name, kind in types.items()}
        db.put_item(TableName=like.name, Item=item)
    if check.way == "backup":
        db.create_backup(TableName=like.name, BackupName="rehearsal")
    if check.way == "aws-backup":
        _back_up(stage, check, like)
    stage.clock.set_forward(stage.clock.now() + DAY_S)


def _value(kind: str, number: int) -> str | bytes:
    return str(number).encode() if kind == "B" else str(number)


def _back_up(stage: Rehearsing, check: Check, like: Like) -> None:
    """A recovery point in the Region that is restored into."""
    role = f"arn:aws:iam::{DEFAULT_ACCOUNT}:{ROLE}"
    arn = f"arn:aws:dynamodb:{like.region}:{DEFAULT_ACCOUNT}:table/{like.name}"
    backup = stage.somebody("backup", like.region)
    backup.create_backup_vault(BackupVaultName=VAULT)
    point = backup.start_backup_job(BackupVaultName=VAULT, ResourceArn=arn, IamRoleArn=role)["RecoveryPointArn"]
    stage.clock.set_forward(stage.clock.now() + DAY_S)
    if check.restore_region and check.restore_region != like.region:
        there = stage.somebody("backup", check.restore_region)
        vault = there.create_backup_vault(BackupVaultName=VAULT)["BackupVaultArn"]
        backup.start_copy_job(
            RecoveryPointArn=point, SourceBackupVaultName=VAULT, DestinationBackupVaultArn=vault, IamRoleArn=role
        )
        stage.clock.set_forward(stage.clock.now() + DAY_S)
