"""pytest's plugin: the fixture `time_machine`, a DynamoDB with a past for one test.

    def test_a_bad_write_is_undone(time_machine):
        dynamodb = time_machine.client("dynamodb")
        ...
        time_machine.advance(600)
        dynamodb.restore_table_to_point_in_time(...)

It is loaded in every run of pytest where dynadrill is installed: nothing heavy is imported before a test asks for it.

Fixture and marker are named `dynamodb_time_machine`, and `time_machine` for short. The package time-machine, which sets
Python's clock, has a fixture and a marker of that name too: where its plugin is loaded, the short name is left to it.
"""

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from .time_machines import LocalTimeMachine

NAME: Final = "dynamodb_time_machine"
SHORT_NAME: Final = "time_machine"
"""Of the fixture, of the marker, and of the other package's plugin."""
MARKER: Final = (
    "(seed=0, start_at=..., durations={...}): what the fixture of the same name starts from: seed of what is "
    "drawn, first instant (epoch seconds, or ISO 8601 with a zone), fixed durations such as {'restore': 60} in seconds"
)


class ShortName:
    """A plugin with the short name of the fixture."""

    @pytest.fixture(name=SHORT_NAME)
    def machine_for_short(self, dynamodb_time_machine: "LocalTimeMachine") -> "LocalTimeMachine":
        """A DynamoDB with a past; another name of dynamodb_time_machine."""
        return dynamodb_time_machine


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and the short name unless it is somebody else's."""
    config.addinivalue_line("markers", NAME + MARKER)
    if not config.pluginmanager.has_plugin(SHORT_NAME):
        config.addinivalue_line("markers", SHORT_NAME + MARKER)
        config.pluginmanager.register(ShortName(), NAME)


@pytest.fixture
def dynamodb_time_machine(request: pytest.FixtureRequest) -> "LocalTimeMachine":
    """A DynamoDB of this test alone, within this process, whose clock stands still until the test moves it.

    `.client("dynamodb")`, `.resource(...)` and `.session(region, account)` are boto3's; `.advance(seconds)` moves time,
    `.now()` reads it, `.fault(...)`, `.faults` and `.outages` are what goes wrong, `.reset()` forgets everything.
    """
    # moto and boto3 take half a second to import.
    from .time_machines import LocalTimeMachine  # noqa: PLC0415

    marker = request.node.get_closest_marker(NAME)
    if marker is None and request.config.pluginmanager.has_plugin(NAME):
        marker = request.node.get_closest_marker(SHORT_NAME)
    if marker is None:
        return LocalTimeMachine()
    if marker.args:
        raise pytest.UsageError(f"the marker {marker.name} takes named arguments only: seed, start_at, durations")
    return LocalTimeMachine(**marker.kwargs)
