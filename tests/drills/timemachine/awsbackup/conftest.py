"""A time machine with AWS Backup, a table, and a vault."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import connect, make_table
from .support import DURATIONS


@pytest.fixture
def machine(clock: ManualClock) -> TimeMachine:
    """A machine whose backup, copy and restore jobs take 100, 200 and 300 s."""
    return TimeMachine(clock, seed=1, durations=DURATIONS)


@pytest.fixture
def backup(machine: TimeMachine) -> Any:
    """A client of AWS Backup in the first Region."""
    return connect(machine, service="backup")


@pytest.fixture
def vault(backup: Any) -> str:
    """A vault, by name."""
    backup.create_backup_vault(BackupVaultName="vault")
    return "vault"


@pytest.fixture
def table(db: Any) -> str:
    """The ARN of a table."""
    make_table(db)
    arn: str = db.describe_table(TableName="Orders")["Table"]["TableArn"]
    return arn
