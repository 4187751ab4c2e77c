"""The places, and the differences between them that are known."""

import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from moto import mock_aws

from ..drills.timemachine.support import START_AT
from ..drills.timemachine.support import connect as connect_to_machine
from .account import RUN, InAccount, run_of
from .differences import known
from .dynamodb_local import dynamodb_local
from .places import Connect, Place, client
from .wanted import Counterpart, need

KNOWN = known()
PLACES = [Place.ACCOUNT] if RUN in os.environ else [place for place in Place if place is not Place.ACCOUNT]
FAILURES = (AssertionError, ClientError, KeyError, pytest.fail.Exception)
"""How a behaviour shows that it is not there; a place that cannot be reached is no difference."""


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Run a test, which has to fail where its place is known to differ: so a difference that is no more is noticed."""
    place = pyfuncitem.callspec.params.get("place") if hasattr(pyfuncitem, "callspec") else None
    why = None if place is None else KNOWN.get((behaviour(pyfuncitem.name), place))
    if why is None:
        return (yield)
    try:
        yield
    except FAILURES:
        return True
    except Exception:
        # Moto runs in this process and may raise anything: over HTTP that would be status 500.
        if place is Place.MOTO:
            return True
        raise
    pytest.fail(f"{place} no longer differs here: take it out of differences.py ({why})", pytrace=False)


def behaviour(name: str) -> str:
    """A test's name without its place: `test_x[local]` is `test_x`, `test_x[local-N]` is `test_x[N]`."""
    base, _, inner = name.partition("[")
    _, separator, parameters = inner.removesuffix("]").partition("-")
    return f"{base}[{parameters}]" if separator else base


@pytest.fixture(scope="session")
def local() -> Iterator[str]:
    """The address of a DynamoDB Local of this worker's own."""
    need(Counterpart.LOCAL)
    with dynamodb_local() as address:
        yield address


@pytest.fixture(params=PLACES, ids=str)
def place(request: pytest.FixtureRequest) -> Place:
    """Where the behaviour is looked for."""
    return Place(request.param)


@pytest.fixture(scope="session")
def machine() -> TimeMachine:
    """One machine for all tests; each leaves it empty."""
    return TimeMachine(ManualClock(START_AT), seed=1)


@pytest.fixture(scope="session")
def clients() -> dict[tuple[Place, str], Any]:
    """The clients made so far, by place and service: to make one costs more than most tests."""
    return {}


def _client_of(place: Place, service: str, machine: TimeMachine, request: pytest.FixtureRequest) -> Any:
    match place:
        case Place.MACHINE:
            return connect_to_machine(machine, service=service, parameter_validation=False)
        case Place.MOTO:
            return client(service)
        case Place.ACCOUNT:
            worker = os.environ.get("PYTEST_XDIST_WORKER", "")
            return InAccount(service, f"dynadrill-{run_of(worker)}-")
    return client(service, request.getfixturevalue("local"))


@pytest.fixture
def connect(
    place: Place, machine: TimeMachine, clients: dict[tuple[Place, str], Any], request: pytest.FixtureRequest
) -> Iterator[Connect]:
    """Clients of a place that holds no table yet."""

    def cached(service: str) -> Any:
        if (place, service) not in clients:
            clients[place, service] = _client_of(place, service, machine, request)
        return clients[place, service]

    if place is Place.MOTO:
        with mock_aws():
            yield cached
        return
    if place is Place.LOCAL:
        need(Counterpart.LOCAL)
    yield cached
    if place is Place.MACHINE:
        machine.reset()
    elif place is Place.ACCOUNT:
        cached("dynamodb").remove_everything()
    else:
        _empty(cached("dynamodb"))


def _empty(db: Any) -> None:
    for name in db.list_tables()["TableNames"]:
        if db.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
            db.update_table(TableName=name, DeletionProtectionEnabled=False)
        db.delete_table(TableName=name)


@pytest.fixture
def db(connect: Connect) -> Any:
    """A DynamoDB client."""
    return connect("dynamodb")
