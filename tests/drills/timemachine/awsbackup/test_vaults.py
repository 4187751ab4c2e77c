"""Vaults: made and deleted, locked, tagged, and opened by a policy."""

from typing import Any

import orjson
import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import DAY_S, START_AT, connect, refusal
from .support import BACKED_UP_S, back_up, points, start_backup, wait


def test_a_vault_is_described(backup: Any, vault: str) -> None:
    """A new vault is AVAILABLE, empty and not locked, and was made at target time."""
    described = backup.describe_backup_vault(BackupVaultName=vault)
    assert described["BackupVaultArn"] == "arn:aws:backup:us-east-1:123456789012:backup-vault:vault"
    assert (described["VaultState"], described["VaultType"]) == ("AVAILABLE", "BACKUP_VAULT")
    assert (described["NumberOfRecoveryPoints"], described["Locked"]) == (0, False)
    assert described["CreationDate"].timestamp() == pytest.approx(START_AT)
    assert described["EncryptionKeyArn"].startswith("arn:aws:kms:us-east-1:123456789012:key/")


def test_a_vault_has_the_key_that_it_was_given(backup: Any) -> None:
    """The vault's key is the one that was named; what is no key is refused."""
    key = "arn:aws:kms:us-east-1:123456789012:key/0000"
    backup.create_backup_vault(BackupVaultName="locked", EncryptionKeyArn=key)
    assert backup.describe_backup_vault(BackupVaultName="locked")["EncryptionKeyArn"] == key
    refused = refusal(backup.create_backup_vault, BackupVaultName="bad", EncryptionKeyArn="key")
    assert refused[0] == "InvalidParameterValueException"


def test_vault_names_are_taken_once(backup: Any, vault: str) -> None:
    """API CreateBackupVault: a name that is taken is AlreadyExistsException."""
    assert refusal(backup.create_backup_vault, BackupVaultName=vault)[0] == "AlreadyExistsException"


def test_a_repeated_request_makes_one_vault(backup: Any) -> None:
    """API CreateBackupVault: the same CreatorRequestId again answers the vault that it made."""
    first = backup.create_backup_vault(BackupVaultName="again", CreatorRequestId="1")
    second = backup.create_backup_vault(BackupVaultName="again", CreatorRequestId="1")
    assert first["CreationDate"] == second["CreationDate"]


@pytest.mark.parametrize("name", ["a", "has space", "x" * 51, "ümlaut"])
def test_bad_vault_names_are_refused(backup: Any, name: str) -> None:
    """API CreateBackupVault: names are 2 to 50 letters, digits, hyphens and underscores."""
    assert refusal(backup.create_backup_vault, BackupVaultName=name)[0] == "InvalidParameterValueException"


def test_vaults_are_listed_by_name_and_page(backup: Any) -> None:
    """API ListBackupVaults: pages of the size that is asked for, each vault once."""
    for name in ("cc", "aa", "bb"):
        backup.create_backup_vault(BackupVaultName=name)
    first = backup.list_backup_vaults(MaxResults=2)
    second = backup.list_backup_vaults(MaxResults=2, NextToken=first["NextToken"])
    listed = [vault["BackupVaultName"] for page in (first, second) for vault in page["BackupVaultList"]]
    assert listed == ["aa", "bb", "cc"]
    assert "NextToken" not in second
    assert refusal(backup.list_backup_vaults, NextToken="x")[0] == "InvalidParameterValueException"


def test_vaults_are_of_one_account_and_region(machine: TimeMachine, vault: str) -> None:
    """A vault is seen neither in another Region nor by another account, nor by another machine."""
    for region, account in (("us-west-2", "123456789012"), ("us-east-1", "210987654321")):
        elsewhere = connect(machine, region, account, "backup")
        assert refusal(elsewhere.describe_backup_vault, BackupVaultName=vault)[0] == "ResourceNotFoundException"
    other = connect(TimeMachine(ManualClock(START_AT)), service="backup")
    assert other.list_backup_vaults()["BackupVaultList"] == []


def test_a_reset_forgets_vaults_and_jobs(
    machine: TimeMachine, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """After a reset there is no vault, and no job comes to its end."""
    start_backup(backup, table)
    machine.reset()
    wait(clock, 1000)
    assert backup.list_backup_vaults()["BackupVaultList"] == []
    assert backup.list_backup_jobs()["BackupJobs"] == []


def test_only_an_empty_vault_is_deleted(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API DeleteBackupVault: InvalidRequestException while the vault holds points, gone once it does not."""
    point = back_up(backup, clock, table)
    assert refusal(backup.delete_backup_vault, BackupVaultName=vault)[0] == "InvalidRequestException"
    backup.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=point)
    backup.delete_backup_vault(BackupVaultName=vault)
    assert refusal(backup.delete_backup_vault, BackupVaultName=vault)[0] == "ResourceNotFoundException"


def test_a_governance_lock_can_be_removed(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """It keeps points from being deleted or changed, until it is taken off."""
    point = back_up(backup, clock, table)
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, MinRetentionDays=7)
    described = backup.describe_backup_vault(BackupVaultName=vault)
    assert (described["Locked"], described["MinRetentionDays"]) == (True, 7)
    assert "LockDate" not in described
    named = {"BackupVaultName": vault, "RecoveryPointArn": point}
    assert refusal(backup.delete_recovery_point, **named)[0] == "InvalidRequestException"
    changed = refusal(backup.update_recovery_point_lifecycle, **named, Lifecycle={"DeleteAfterDays": 1})
    assert changed[0] == "InvalidRequestException"
    wait(clock, 400 * DAY_S)
    backup.delete_backup_vault_lock_configuration(BackupVaultName=vault)
    backup.delete_recovery_point(**named)
    assert points(backup) == []


def test_a_compliance_lock_becomes_immutable(backup: Any, vault: str, clock: ManualClock) -> None:
    """Until ChangeableForDays are over it can be changed, from then on by nobody."""
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=3, MaxRetentionDays=9)
    lock_date = backup.describe_backup_vault(BackupVaultName=vault)["LockDate"].timestamp()
    assert lock_date == pytest.approx(START_AT + 3 * DAY_S)
    clock.set_forward(lock_date - 1)
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=4)
    clock.set_forward(START_AT + 7 * DAY_S)
    refused = refusal(backup.delete_backup_vault_lock_configuration, BackupVaultName=vault)
    assert refused[0] == "InvalidRequestException"
    refused = refusal(backup.put_backup_vault_lock_configuration, BackupVaultName=vault, MinRetentionDays=1)
    assert refused[0] == "InvalidRequestException"


@pytest.mark.parametrize(
    "members",
    [
        {"ChangeableForDays": 2},
        {"ChangeableForDays": 36_501},
        {"MinRetentionDays": 0},
        {"MaxRetentionDays": 36_501},
        {"MinRetentionDays": 9, "MaxRetentionDays": 8},
    ],
)
def test_bad_locks_are_refused(backup: Any, vault: str, members: dict[str, int]) -> None:
    """API PutBackupVaultLockConfiguration: at least 3 changeable days, 1 to 36,500 days of retention, min below max."""
    refused = refusal(backup.put_backup_vault_lock_configuration, BackupVaultName=vault, **members)
    assert refused[0] == "InvalidParameterValueException"
    assert backup.describe_backup_vault(BackupVaultName=vault)["Locked"] is False


@pytest.fixture
def bounded(backup: Any, vault: str) -> str:
    """A vault that keeps points for 7 to 30 days, by name."""
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, MinRetentionDays=7, MaxRetentionDays=30)
    return vault


@pytest.mark.parametrize("lifecycle", [{}, {"DeleteAfterDays": 6}, {"DeleteAfterDays": 31}])
def test_a_lock_fails_jobs_with_another_retention(
    backup: Any, bounded: str, table: str, clock: ManualClock, lifecycle: dict[str, int]
) -> None:
    """A job whose retention is outside the vault's bounds fails; for ever is longer than any."""
    job_id = start_backup(backup, table, bounded, Lifecycle=lifecycle)
    wait(clock, BACKED_UP_S)
    assert backup.describe_backup_job(BackupJobId=job_id)["State"] == "FAILED"


@pytest.mark.parametrize("days", [7, 30])
def test_a_lock_lets_jobs_with_its_retention_pass(
    backup: Any, bounded: str, table: str, clock: ManualClock, days: int
) -> None:
    """The bounds themselves are within."""
    assert back_up(backup, clock, table, bounded, Lifecycle={"DeleteAfterDays": days}) in points(backup)


def test_tags_of_vaults(backup: Any, vault: str) -> None:
    """API TagResource, UntagResource, ListTags; no tags on what is not there."""
    arn = backup.describe_backup_vault(BackupVaultName=vault)["BackupVaultArn"]
    backup.tag_resource(ResourceArn=arn, Tags={"team": "a", "stage": "b"})
    backup.untag_resource(ResourceArn=arn, TagKeyList=["team", "none"])
    assert backup.list_tags(ResourceArn=arn)["Tags"] == {"stage": "b"}
    assert refusal(backup.tag_resource, ResourceArn=arn + "x", Tags={"a": "b"})[0] == "ResourceNotFoundException"


def policy(**statement: Any) -> str:
    """A policy of one statement."""
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "backup:CopyIntoBackupVault", "Resource": "*"}
    return orjson.dumps({"Version": "2012-10-17", "Statement": [{**allowed, **statement}]}).decode()


def test_access_policies_are_kept(backup: Any, vault: str) -> None:
    """API Put-, Get-, DeleteBackupVaultAccessPolicy; without one, ResourceNotFoundException."""
    text = policy()
    backup.put_backup_vault_access_policy(BackupVaultName=vault, Policy=text)
    assert backup.get_backup_vault_access_policy(BackupVaultName=vault)["Policy"] == text
    backup.delete_backup_vault_access_policy(BackupVaultName=vault)
    assert refusal(backup.get_backup_vault_access_policy, BackupVaultName=vault)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"Statement": []}', '{"Statement": [1]}', policy(Effect="Maybe"), policy(Action=None)],
)
def test_bad_policies_are_refused(backup: Any, vault: str, text: str) -> None:
    """API PutBackupVaultAccessPolicy: what is not a policy is InvalidParameterValueException."""
    refused = refusal(backup.put_backup_vault_access_policy, BackupVaultName=vault, Policy=text)
    assert refused[0] == "InvalidParameterValueException"


def test_conditions_that_cannot_be_evaluated_are_refused(backup: Any, vault: str) -> None:
    """A condition that would be ignored is refused as not implemented."""
    text = policy(Condition={"StringEquals": {"aws:SourceVpc": "x"}})
    refused = refusal(backup.put_backup_vault_access_policy, BackupVaultName=vault, Policy=text)
    assert "not implemented" in refused[1]
