"""pytest's plugin: the fixture `time_machine`, a DynamoDB with a past for one test, and the marker `drill`.

    def test_a_bad_write_is_undone(time_machine):
        dynamodb = time_machine.client("dynamodb")
        ...
        time_machine.advance(600)
        dynamodb.restore_table_to_point_in_time(...)

    @pytest.mark.drill("bad_batch_delete", rpo="5m")
    def test_we_survive_a_bad_batch_job(drill):
        assert drill.judgement.items.missing == 0

The drill is run first; one that does not pass fails the test, whatever the test then asks of it.

It is loaded in every run of pytest where dynadrill is installed: nothing heavy is imported before a test asks for it.

Fixture and marker are named `dynamodb_time_machine`, and `time_machine` for short. The package time-machine, which sets
Python's clock, has a fixture and a marker of that name too: where its plugin is loaded, the short name is left to it.
"""

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from ..marked import MarkedDrill, Session
    from .time_machines import LocalTimeMachine

NAME: Final = "dynamodb_time_machine"
SHORT_NAME: Final = "time_machine"
"""Of the fixture, of the marker, and of the other package's plugin."""
MARKER: Final = (
    "(seed=0, start_at=..., durations={...}): what the fixture of the same name starts from: seed of what is "
    "drawn, first instant (epoch seconds, or ISO 8601 with a zone), fixed durations such as {'restore': 60} in seconds"
)

DRILL: Final = "drill"
"""Of the marker that asks for a drill, and of the fixture that hands it over."""
DRILL_MARKER: Final = (
    "drill(scenario, verdict='pass', **options): run this drill before the test, by default in virtual pace, and fail "
    "the test unless it ends so; options are those of `dynadrill run`, such as recovery, items, rate, seed, rpo, rto, "
    "target, and yes_spend in US dollars, which a drill on AWS has to be given"
)
YES_SPEND: Final = "--drill-yes-spend"
SESSION: "pytest.StashKey[Session]" = pytest.StashKey()
"""Where a run of pytest keeps what its drills have in common."""


class ShortName:
    """A plugin with the short name of the fixture."""

    @pytest.fixture(name=SHORT_NAME)
    def machine_for_short(self, dynamodb_time_machine: "LocalTimeMachine") -> "LocalTimeMachine":
        """A DynamoDB with a past; another name of dynamodb_time_machine."""
        return dynamodb_time_machine


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever starts the tests agree to what drills on AWS cost."""
    group = parser.getgroup("dynadrill", "DynamoDB recovery drills")
    group.addoption(
        YES_SPEND,
        metavar="USD",
        help="on AWS: what each drill may cost whose marker does not say yes_spend, in US dollars",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and the short name unless it is somebody else's."""
    config.addinivalue_line("markers", NAME + MARKER)
    config.addinivalue_line("markers", DRILL_MARKER)
    if not config.pluginmanager.has_plugin(SHORT_NAME):
        config.addinivalue_line("markers", SHORT_NAME + MARKER)
        config.pluginmanager.register(ShortName(), NAME)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Let a test that is marked have its drill, whether or not it names the fixture."""
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        if item.get_closest_marker(DRILL) is not None and DRILL not in names:
            names.append(DRILL)


@pytest.fixture(name=DRILL)
def marked_drill(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "MarkedDrill":
    """The drill that the test is marked with: `.judgement`, `.folder` of its run, and its `.report`.

    Tests with the same marker share one run.
    """
    # Whoever marks no test pays for no import.
    from ..errors import UsageError  # noqa: PLC0415
    from ..marked import run_marked  # noqa: PLC0415

    marker = request.node.get_closest_marker(DRILL)
    if marker is None:
        raise pytest.UsageError('the fixture drill needs its marker: @pytest.mark.drill("bad_batch_delete")')
    folder = partial(tmp_path_factory.mktemp, DRILL)
    try:
        return run_marked(marker.args, marker.kwargs, _session(request.config), folder)
    except UsageError as error:
        wrong = str(error)
    pytest.fail(wrong, pytrace=False)  # out here it is told once, and not as what came of handling another


def _session(config: pytest.Config) -> "Session":
    """What the drills of a run of pytest have in common, read when the first of them is asked for.

    Raises:
        UsageError: the configuration or the option is wrong.
    """
    if SESSION not in config.stash:
        from ..config.reading import read_config  # noqa: PLC0415 -- as above
        from ..marked import Session, agreed_to  # noqa: PLC0415

        root = config.rootpath
        yes_spend_usd = agreed_to(config.getoption(YES_SPEND), YES_SPEND)
        config.stash[SESSION] = Session(root, read_config(os.environ, root), yes_spend_usd)
    return config.stash[SESSION]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Fail a test whose drill did not end as it should, before the test itself is run."""
    found: object = getattr(item, "funcargs", {}).get(DRILL)
    why_not = getattr(found, "why_not", "")
    if why_not and item.get_closest_marker(DRILL) is not None:
        pytest.fail(why_not, pytrace=False)


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
