"""The AWS SDK for JavaScript restores a table on the machine: nothing of it is made for boto3 only."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .served import served
from .wanted import HERE, MODULES, Counterpart, need

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the script saw."""
    need(Counterpart.JAVASCRIPT)
    with served(tmp_path_factory.mktemp("javascript"), 1_700_000_000) as machine:
        ran = subprocess.run(
            ["node", str(Path(HERE, "restore.cjs"))],
            env={**machine.environment, "NODE_PATH": str(MODULES)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_a_table_is_brought_back(seen: Any) -> None:
    """A restore from JavaScript to the second before a delete holds what was deleted, and leaves the source alone."""
    assert seen["damaged"] == seen["source"] == ["a", "c"]
    assert seen["restored"] == ["a", "b", "c"]
    assert seen["restoredTo"] == 0


def test_the_restore_is_seen_to_take_time(seen: Any) -> None:
    """The target is CREATING at first and ACTIVE after its time, as describeTable tells it."""
    assert seen["statuses"] == ["CREATING", "ACTIVE"]


def test_a_refusal_is_an_exception_of_its_name(seen: Any) -> None:
    """The SDK for JavaScript reads a refusal's name and status: a restore over its own source is refused."""
    assert seen["refused"] == {"name": "TableAlreadyExistsException", "status": 400}


def test_the_stream_is_read(seen: Any) -> None:
    """The SDK's streams client reads the changes in their order."""
    assert seen["events"] == ["INSERT", "INSERT", "INSERT", "REMOVE"]
