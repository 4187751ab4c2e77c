"""The doctor: each line can be well, ill or unknown, and the exit code says the worst."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from dynadrill.drills.doctor.command import Asked, examine
from dynadrill.drills.doctor.here import Machine, free_bytes, look_here
from dynadrill.drills.doctor.line import State
from dynadrill.drills.doctor.there import MOST_TABLES, Where, look_there
from dynadrill.drills.output import Output
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.in_process import Answering
from dynadrill.drills.targets.looking import Looker
from dynadrill.drills.targets.time_machines import ENDPOINT
from dynadrill.drills.verdict import ExitCode

HOME = "us-east-1"
JAVA = 'openjdk version "{}" 2026-01-20'
HEALTHY = Machine((3, 12, 1), lambda _: True, lambda: JAVA.format("21.0.2"), lambda _: 10 * 1024**3)


def states(lines: Any) -> dict[str, State]:
    """The lines' states by their names."""
    return {line.name: line.state for line in lines}


@pytest.fixture
def looker(time_machine: Any) -> Looker:
    """Looks at the time machine."""
    return Looker(Place(ENDPOINT, HOME, Answering(time_machine.machine)))


def test_a_machine_that_has_all_is_well(tmp_path: Path) -> None:
    """Python, Spark, Java and room enough: every line is well."""
    assert set(states(look_here(HEALTHY, tmp_path)).values()) == {State.WELL}


@pytest.mark.parametrize(
    ("name", "change", "state"),
    [
        ("Python", {"python": (3, 10, 9)}, State.ILL),
        ("disk", {"free_bytes": lambda _: 1024}, State.ILL),
        ("Java", {"java_says": lambda: None}, State.ILL),
        ("Java", {"java_says": lambda: JAVA.format("1.8.0_401")}, State.ILL),
        ("Java", {"java_says": lambda: ""}, State.ILL),
        ("Java", {"java_says": lambda: None, "has_package": lambda _: False}, State.NOTED),
        ("extra spark", {"has_package": lambda _: False}, State.NOTED),
    ],
)
def test_what_is_missing_here_is_told_with_its_fix(
    tmp_path: Path, name: str, change: dict[str, Any], state: State
) -> None:
    """What a drill needs and is not there is ill, with one fix; what only some need is noted."""
    lines = {line.name: line for line in look_here(Machine(**{**vars(HEALTHY), **change}), tmp_path)}
    assert lines[name].state is state
    assert bool(lines[name].fix) is (state is State.ILL)


def test_the_room_is_that_of_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    """The folder of runs need not exist yet."""
    assert free_bytes(tmp_path / "not" / "yet") > 0


def there(looker: Looker, *tables: str, now_at: float, regions: tuple[str, ...] = (HOME,), is_aws: bool = True) -> Any:
    """The lines about the time machine, as if it were AWS."""
    return {line.name: line for line in look_there(Where(looker.client, regions, is_aws), tables, now_at)}


def test_a_target_that_answers_is_well(time_machine: Any, looker: Looker) -> None:
    """Credentials, clock, Region, quotas and a table with point-in-time recovery: all well, and no account id."""
    make(time_machine, "orders", recovery=True)
    lines = there(looker, "orders", now_at=time_machine.now())
    assert set(states(lines.values()).values()) == {State.WELL}
    assert set(lines) == {
        "credentials", "Region us-east-1", "clock", "quota of tables", "restores at once", "orders in us-east-1"
    }  # fmt: skip
    assert "123456789012" not in str(lines)


def make(time_machine: Any, name: str, *, recovery: bool) -> None:
    """A table."""
    client = time_machine.client("dynamodb")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    if recovery:
        on = {"PointInTimeRecoveryEnabled": True}
        client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=on)


def test_what_is_wrong_there_is_told_with_its_fix(time_machine: Any, looker: Looker) -> None:
    """A lost Region, a clock that is off, recovery off and a table that is not there are ill, each with a fix."""
    make(time_machine, "orders", recovery=False)
    time_machine.outages.add("us-west-2")
    lines = there(looker, "orders", "nope", now_at=time_machine.now() + 60, regions=(HOME, "us-west-2"))
    ill = {name: line for name, line in lines.items() if line.state is State.ILL}
    assert set(ill) == {"clock", "Region us-west-2", "orders in us-east-1", "nope in us-east-1"}
    assert all(line.fix for line in ill.values())
    assert there(looker, now_at=time_machine.now() + 60, is_aws=False)["clock"].state is State.NOTED


def raising(error: Exception) -> Callable[..., Any]:
    """A call that is answered with an error."""

    def call(**_: Any) -> None:
        raise error

    return call


class Answers:
    """A client whose calls answer what they are told to."""

    def __init__(self, **calls: Callable[..., Any]) -> None:
        self.__dict__.update(calls)

    def get_paginator(self, name: str) -> Any:
        """Its pages: one."""
        return Answers(paginate=lambda **request: [getattr(self, name)(**request)])


def denied(operation: str, code: str = "AccessDeniedException") -> ClientError:
    """A refusal."""
    return ClientError({"Error": {"Code": code}}, operation)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (denied("GetCallerIdentity", "ExpiredToken"), State.ILL),
        (NoCredentialsError(), State.ILL),
        (denied("GetCallerIdentity", "Throttling"), State.UNKNOWN),
        (EndpointConnectionError(endpoint_url="x"), State.UNKNOWN),
    ],
)
def test_credentials_that_are_none_are_told_apart_from_no_answer(error: Exception, state: State) -> None:
    """Expired or missing ones are ill; where nobody answered, nothing is known of them."""
    table = Answers(list_tables=lambda **_: {"TableNames": []})
    clients = {"sts": Answers(get_caller_identity=raising(error)), "dynamodb": table}
    quota = Answers(get_service_quota=lambda **_: {"Quota": {"Value": 10.0}})
    lines = look_there(Where(lambda service, _: clients.get(service, quota), (HOME,), is_aws=True), (), 0.0)
    assert states(lines)["credentials"] is state


@pytest.mark.parametrize(
    ("code", "fix"),
    [("AccessDeniedException", "Allow"), ("UnrecognizedClientException", "Sign in"), ("Throttling", "Ask again")],
)
def test_a_region_that_refuses_says_what_to_do(code: str, fix: str) -> None:
    """A refusal is no unreachable Region: each has its own fix."""
    quota = Answers(get_service_quota=raising(denied("GetServiceQuota")))
    clients = {"sts": Answers(get_caller_identity=dict)}
    clients["dynamodb"] = Answers(list_tables=raising(denied("ListTables", code)))
    lines = look_there(Where(lambda service, _: clients.get(service, quota), (HOME,), is_aws=True), (), 0.0)
    region = next(line for line in lines if line.name == "Region us-east-1")
    assert region.state is State.ILL
    assert region.fix.startswith(fix)


def test_quotas_that_are_nearly_used_up_are_ill() -> None:
    """Tables against the account's own quota, and restores that are under way."""
    names = [f"t{number}" for number in range(45)]
    restoring = {"Table": {"RestoreSummary": {"RestoreInProgress": True}}}
    clients = {
        "sts": Answers(get_caller_identity=dict),
        "dynamodb": Answers(list_tables=lambda **_: {"TableNames": names}, describe_table=lambda **_: restoring),
        "service-quotas": Answers(get_service_quota=lambda **_: {"Quota": {"Value": 50.0}}),
    }
    found = states(look_there(Where(lambda service, _: clients[service], (HOME,), is_aws=True), (), 0.0))
    assert (found["quota of tables"], found["restores at once"]) == (State.ILL, State.ILL)
    clients["service-quotas"] = Answers(get_service_quota=raising(denied("GetServiceQuota")))
    clients["dynamodb"] = Answers(list_tables=lambda **_: {"TableNames": names}, describe_table=raising(denied("D")))
    lines = {line.name: line for line in look_there(Where(lambda service, _: clients[service], (HOME,), True), (), 0.0)}
    assert f"of {MOST_TABLES:,} tables" in lines["quota of tables"].said
    assert lines["restores at once"].state is State.UNKNOWN


@pytest.mark.parametrize(
    ("change", "code"),
    [({}, ExitCode.PASS), ({"java_says": lambda: None}, ExitCode.FAIL), ({"free_bytes": None}, ExitCode.UNKNOWN)],
)
def test_the_exit_code_says_the_worst(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], code: ExitCode
) -> None:
    """0 all well, 1 something ill, 2 something unknown; with --json - standard output is the JSON alone."""

    def unreadable(_: Path) -> int:
        raise OSError(13, "Permission denied")

    given = {name: unreadable if value is None else value for name, value in change.items()}
    machine = Machine(**{**vars(HEALTHY), **given})
    assert examine(Asked(tmp_path), None, machine, lambda: 0.0, Output("-")) == code
    told = capsys.readouterr()
    assert json.loads(told.out)["schema"] == "dynadrill.doctor/1"
    assert "Only this machine was looked at" in told.err


def test_the_target_names_the_first_region(looker: Looker, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The Region of the target is looked at whatever others are named."""
    examine(Asked(tmp_path, regions=("us-west-2",)), looker, HEALTHY, lambda: 0.0, Output("-"))
    names = [line["name"] for line in json.loads(capsys.readouterr().out)["lines"]]
    assert [name for name in names if name.startswith("Region")] == ["Region us-east-1", "Region us-west-2"]


def test_a_replica_has_a_window_of_its_own(time_machine: Any, looker: Looker) -> None:
    """A replica without point-in-time recovery is ill although the table's own is on."""
    make(time_machine, "orders", recovery=True)
    client = time_machine.client("dynamodb")
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    client.update_table(TableName="orders", StreamSpecification=stream)
    client.update_table(TableName="orders", ReplicaUpdates=[{"Create": {"RegionName": "us-west-2"}}])
    time_machine.advance(3600)
    found = states(there(looker, "orders", now_at=time_machine.now()).values())
    assert (found["orders in us-east-1"], found["orders in us-west-2"]) == (State.WELL, State.ILL)
