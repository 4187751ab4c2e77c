"""A client of DynamoDB Streams beside the one of DynamoDB."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import TimeMachine

from ..support import connect


@pytest.fixture
def streams(machine: TimeMachine) -> Any:
    """A client of the machine's streams; it lets wrong requests through, so that the machine refuses them."""
    return connect(machine, service="dynamodbstreams", parameter_validation=False)
