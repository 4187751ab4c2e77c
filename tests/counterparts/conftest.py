"""The places, and the differences between them that are known."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from moto import mock_aws

from ..drills.timemachine.support import START_AT
from ..drills.timemachine.support import connect as connect_to_machine
from .differences import DIFFERENCES
from .dynamodb_local import dynamodb_local
from .places import Connect, Place, client
from .wanted import Counterpart, need

HERE = "tests/counterparts/"
FAILURES = (AssertionError, ClientError, KeyError, pytest.fail.Exception)
"""How a behaviour shows that it is not there; a place that cannot be reached is no difference."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Expect the differences that are known: one that is no longer there fails the suite."""
    for item in items:
        place = item.callspec.params.get("place") if isinstance(item, pytest.Function) and _has_place(item) else None
        if place is not None:
            why = DIFFERENCES.get(behaviour(item.name), {}).get(place)
            if why is not None:
                item.add_marker(pytest.mark.xfail(reason=why, raises=FAILURES, strict=True))


def _has_place(item: pytest.Function) -> bool:
    return HERE in item.nodeid and hasattr(item, "callspec")


def behaviour(name: str) -> str:
    """A test's name without its place: `test_x[local]` is `test_x`, `test_x[local-N]` is `test_x[N]`."""
    base, _, inner = name.partition("[")
    parameters = inner.removesuffix("]").partition("-")[2]
    return f"{base}[{parameters}]" if parameters else base


@pytest.fixture(scope="session")
def local() -> Iterator[str]:
    """The address of a DynamoDB Local of this worker's own."""
    need(Counterpart.LOCAL)
    with dynamodb_local() as address:
        yield address


@pytest.fixture(params=list(Place), ids=str)
def place(request: pytest.FixtureRequest) -> Place:
    """Where the behaviour is looked for."""
    return Place(request.param)


@pytest.fixture
def connect(place: Place, request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Clients of a place that holds no table yet."""
    match place:
        case Place.MACHINE:
            machine = TimeMachine(ManualClock(START_AT), seed=1)
            yield lambda service: connect_to_machine(machine, service=service, parameter_validation=False)
        case Place.MOTO:
            with mock_aws():
                yield client
        case Place.LOCAL:
            address = request.getfixturevalue("local")
            yield lambda service: client(service, address)
            _empty(client("dynamodb", address))


def _empty(db: Any) -> None:
    for name in db.list_tables()["TableNames"]:
        db.update_table(TableName=name, DeletionProtectionEnabled=False)
        db.delete_table(TableName=name)


@pytest.fixture
def db(connect: Connect) -> Any:
    """A DynamoDB client."""
    return connect("dynamodb")
