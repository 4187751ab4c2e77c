"""A machine whose transfers take known times, clients of its DynamoDB and S3, and a bucket."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import connect

BUCKET = "transfers"


@pytest.fixture
def machine(clock: ManualClock) -> TimeMachine:
    """A machine whose exports and restores take 300 s, its imports and bulk operations 120 s."""
    return TimeMachine(clock, seed=1, durations={"restore": 300, "export": 300, "import": 120, "bulk": 120})


@pytest.fixture
def s3(machine: TimeMachine) -> Any:
    """A client of S3, in which there is a bucket."""
    client = connect(machine, service="s3")
    client.create_bucket(Bucket=BUCKET)
    return client
