"""pytest's plugin: the fixture `time_machine`, a DynamoDB with a past for one test.

    def test_a_bad_write_is_undone(time_machine):
        dynamodb = time_machine.client("dynamodb")
        ...
        time_machine.advance(600)
        dynamodb.restore_table_to_point_in_time(...)

It is loaded in every run of pytest where dynadrill is installed: nothing heavy is imported before a test asks for it.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .time_machines import LocalTimeMachine

MARKER = (
    "time_machine(seed=0, start_at=..., durations={...}): what the time_machine fixture starts from: seed of what is "
    "drawn, first instant (epoch seconds, or ISO 8601 with a zone), fixed durations such as {'restore': 60} in seconds"
)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def time_machine(request: pytest.FixtureRequest) -> "LocalTimeMachine":
    """A DynamoDB of this test alone, within this process, whose clock stands still until the test moves it.

    `.client("dynamodb")`, `.resource(...)` and `.session(region, account)` are boto3's; `.advance(seconds)` moves time,
    `.now()` reads it, `.fault(...)`, `.faults` and `.outages` are what goes wrong, `.reset()` forgets everything.
    """
    # moto and boto3 take half a second to import.
    from .time_machines import LocalTimeMachine  # noqa: PLC0415

    marker = request.node.get_closest_marker("time_machine")
    if marker is None:
        return LocalTimeMachine()
    if marker.args:
        raise pytest.UsageError("the marker time_machine takes named arguments only: seed, start_at, durations")
    return LocalTimeMachine(**marker.kwargs)
