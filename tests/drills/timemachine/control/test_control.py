"""The control API: every path, what it does, and what wrong requests are told."""

import json
from typing import Any

import orjson
import pytest
from dynadrill.drills.timemachine.calls import Call
from dynadrill.drills.timemachine.clock_kind import ClockKind
from dynadrill.drills.timemachine.control import routes
from dynadrill.drills.timemachine.control.routes import NAME, PREFIX, ROUTES
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.version import VERSION

START_AT = 1_700_000_000.25
EXAMPLES = ("faults/1", "outages/us-east-1", "keys/alias/orders")
"""The paths of the docstring that end in a name."""


@pytest.fixture
def clock() -> ManualClock:
    """Target time, standing still."""
    return ManualClock(START_AT)


@pytest.fixture
def machine(clock: ManualClock) -> TimeMachine:
    """A machine whose restores take 300 s."""
    return TimeMachine(clock, durations={"restore": 300.0})


def ask(machine: TimeMachine, method: str, path: str, members: object = None, *, status: int = 200) -> Any:
    """The members of an answer that has the status that is expected."""
    body = b"" if members is None else orjson.dumps(members)
    answer = machine.respond(Call(method, "localhost", PREFIX + path, {}, body))
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/json"
    return orjson.loads(answer.body)


def send(machine: TimeMachine, operation: str, **members: Any) -> Any:
    """An operation of DynamoDB's, which succeeds."""
    answer = machine.handle(f"DynamoDB_20120810.{operation}", orjson.dumps(members), region="us-east-1")
    assert answer.status == 200, answer
    return orjson.loads(answer.body)


def make_table(machine: TimeMachine, name: str = "Orders", **settings: Any) -> None:
    """A table with a string key and recovery on."""
    send(
        machine,
        "CreateTable",
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **settings,
    )
    send(
        machine,
        "UpdateContinuousBackups",
        TableName=name,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )


def test_every_path_is_listed(machine: TimeMachine) -> None:
    """GET /dynadrill/ lists every method of every path with what it does."""
    listed = ask(machine, "GET", "")["paths"]
    assert [(each["method"], each["path"]) for each in listed] == [(r.method, PREFIX + r.path) for r in ROUTES]
    assert all(each["does"].endswith(".") for each in listed)


def test_the_docstring_lists_every_path() -> None:
    """The table in the module's docstring has a line for each route."""
    said = [line.split() for line in (routes.__doc__ or "").splitlines() if f" {PREFIX}" in line][1:]
    examples = {
        "faults/1": f"faults/{NAME}",
        "outages/us-east-1": f"outages/{NAME}",
        "keys/alias/orders": f"keys/{NAME}",
        "policies/KEY": f"policies/{NAME}",
    }
    paths = [(words[0], words[1].removeprefix(PREFIX)) for words in said]
    assert [(method, examples.get(path, path)) for method, path in paths] == [(r.method, r.path) for r in ROUTES]


def test_the_clock_is_read_and_moved(machine: TimeMachine, clock: ManualClock) -> None:
    """The clock is advanced by seconds or moved to an instant, and never back."""
    assert ask(machine, "GET", "clock") == {"now": START_AT, "clock": "manual"}
    assert ask(machine, "POST", "clock", {"advance_s": 300})["now"] == START_AT + 300
    assert ask(machine, "POST", "clock", {"to_at": START_AT + 1000})["now"] == START_AT + 1000
    assert ask(machine, "POST", "clock", {"to_at": 0})["now"] == START_AT + 1000
    assert clock.now() == START_AT + 1000


def test_a_jump_lets_everything_happen_in_its_order(machine: TimeMachine) -> None:
    """What falls due in a jump happens at its own time, first things first, with what it puts on the agenda itself."""
    journal = machine.fleet.journal
    happened: list[tuple[str, float]] = []

    def happen(name: str, and_then_s: float = 0.0) -> Any:
        def happening() -> None:
            happened.append((name, journal.now() - START_AT))
            if and_then_s:
                journal.agenda.add(journal.now() + and_then_s, happen(f"after {name}"))

        return happening

    journal.agenda.add(START_AT + 500, happen("late"))
    journal.agenda.add(START_AT + 100, happen("early", and_then_s=200))
    journal.agenda.add(START_AT + 5000, happen("too late"))
    ask(machine, "POST", "clock", {"advance_s": 3600})
    assert happened == [("early", 100), ("after early", 300), ("late", 500)]
    assert ask(machine, "GET", "state")["next_due_at"] == START_AT + 5000
    ask(machine, "POST", "clock", {"advance_s": 86_400 * 365})
    assert happened[-1] == ("too late", 5000)


def test_faults_are_added_listed_and_removed(machine: TimeMachine) -> None:
    """A fault gets a number, is listed with how often it has struck, and is removed by its number or with all."""
    added = ask(machine, "POST", "faults", {"effect": "throttle", "operation": "ListTables", "times": 5})
    assert added["number"] == 1
    ask(machine, "POST", "faults", {"effect": "error-before", "table": "Orders"})
    assert machine.handle("DynamoDB_20120810.ListTables", b"{}", region="us-east-1").status == 400
    first, second = ask(machine, "GET", "faults")["faults"]
    assert (first["effect"], first["times"], first["struck"]) == ("throttle", 4, 1)
    assert (second["table"], second["times"], second["struck"]) == ("Orders", None, 0)
    assert ask(machine, "DELETE", "faults/1") == {}
    assert [fault["number"] for fault in ask(machine, "GET", "faults")["faults"]] == [2]
    assert "on are 2" in ask(machine, "DELETE", "faults/1", status=404)["message"]
    assert ask(machine, "DELETE", "faults") == {}
    assert ask(machine, "GET", "faults") == {"faults": []}


def test_outages_are_added_listed_and_removed(machine: TimeMachine) -> None:
    """Regions go down in one of three modes and come back, one by one or all."""
    assert ask(machine, "POST", "outages", {"region": "us-east-1"}) == {"region": "us-east-1", "mode": "refuse"}
    ask(machine, "POST", "outages", {"region": "eu-west-1", "mode": "drop"})
    assert machine.handle("DynamoDB_20120810.ListTables", b"{}", region="us-east-1").status == 503
    assert machine.handle("DynamoDB_20120810.ListTables", b"{}", region="eu-west-1").dropped
    assert ask(machine, "GET", "outages")["outages"] == [
        {"region": "eu-west-1", "mode": "drop"},
        {"region": "us-east-1", "mode": "refuse"},
    ]
    assert ask(machine, "DELETE", "outages/us-east-1") == {}
    assert machine.handle("DynamoDB_20120810.ListTables", b"{}", region="us-east-1").status == 200
    assert "eu-west-1" in ask(machine, "DELETE", "outages/us-east-1", status=404)["message"]
    assert ask(machine, "DELETE", "outages") == {}
    assert not machine.fleet.outages


def test_keys_are_taken_away_and_given_back(machine: TimeMachine) -> None:
    """S1-37: without its key a table is inaccessible and refuses reads; with it again it answers as before."""
    make_table(machine, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/orders"})
    read = orjson.dumps({"TableName": "Orders", "Key": {"id": {"S": "a"}}})
    assert ask(machine, "POST", "keys", {"key": "alias/orders"}) == {"unavailable": ["alias/orders"]}
    assert machine.handle("DynamoDB_20120810.GetItem", read, region="us-east-1").status == 400
    (region,) = ask(machine, "GET", "state")["regions"]
    assert region["tables"][0]["status"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    assert ask(machine, "DELETE", "keys/alias%2Forders") == {}
    assert machine.handle("DynamoDB_20120810.GetItem", read, region="us-east-1").status == 200
    assert ask(machine, "GET", "keys") == {"unavailable": []}
    assert "can be used" in ask(machine, "DELETE", "keys/alias/orders", status=404)["message"]
    ask(machine, "POST", "keys", {"key": "alias/orders"})
    assert ask(machine, "DELETE", "keys") == {}
    assert machine.handle("DynamoDB_20120810.GetItem", read, region="us-east-1").status == 200


def test_what_is_due_happens_before_a_region_is_lost(machine: TimeMachine, clock: ManualClock) -> None:
    """An outage begins now: what fell due before it was asked for is not touched by it."""
    seen: list[bool] = []
    machine.fleet.journal.agenda.add(START_AT + 1, lambda: seen.append("us-east-1" in machine.fleet.outages))
    clock.set_forward(START_AT + 2)
    ask(machine, "POST", "outages", {"region": "us-east-1"})
    machine.fleet.journal.agenda.add(START_AT + 3, lambda: seen.append("us-east-1" in machine.fleet.outages))
    clock.set_forward(START_AT + 4)
    ask(machine, "DELETE", "outages/us-east-1")
    assert seen == [False, True]


def test_control_works_while_everything_is_down(machine: TimeMachine) -> None:
    """Neither an outage nor a fault reaches the control API: it is how they are switched off."""
    ask(machine, "POST", "outages", {"region": "us-east-1"})
    ask(machine, "POST", "faults", {"effect": "drop-before"})
    assert ask(machine, "GET", "health") == {"status": "ok"}
    ask(machine, "DELETE", "outages")
    ask(machine, "DELETE", "faults")
    assert machine.handle("DynamoDB_20120810.ListTables", b"{}", region="us-east-1").status == 200


def test_the_state_shows_tables_backups_and_what_is_to_come(machine: TimeMachine) -> None:
    """The state has every table by account and Region, and until when a restore runs."""
    make_table(machine)
    send(machine, "PutItem", TableName="Orders", Item={"id": {"S": "a"}})
    send(machine, "CreateBackup", TableName="Orders", BackupName="nightly")
    send(
        machine,
        "RestoreTableToPointInTime",
        SourceTableName="Orders",
        TargetTableName="Restored",
        UseLatestRestorableTime=True,
    )
    (region,) = ask(machine, "GET", "state")["regions"]
    assert (region["account"], region["region"], region["backups"]) == ("123456789012", "us-east-1", 1)
    orders, restored = region["tables"]
    assert (orders["name"], orders["status"], orders["items"]) == ("Orders", "ACTIVE", 1)
    assert orders["point_in_time_recovery"]
    assert (restored["name"], restored["status"], restored["items"]) == ("Restored", "CREATING", 0)
    assert restored["active_at"] == START_AT + 300
    ask(machine, "POST", "clock", {"advance_s": 300})
    (region,) = ask(machine, "GET", "state")["regions"]
    assert (region["tables"][1]["status"], region["tables"][1]["active_at"]) == ("ACTIVE", None)


def test_reset_forgets_everything_but_the_time(machine: TimeMachine) -> None:
    """After a reset there is no table, fault, outage or thing to come; the clock stays."""
    make_table(machine)
    machine.fleet.journal.agenda.add(START_AT + 10, lambda: None)
    ask(machine, "POST", "faults", {"effect": "latency", "seconds": 1})
    ask(machine, "POST", "outages", {"region": "eu-west-1"})
    ask(machine, "POST", "clock", {"advance_s": 5})
    assert ask(machine, "POST", "reset") == {}
    state = ask(machine, "GET", "state")
    assert state == {
        "now": START_AT + 5,
        "due": 0,
        "next_due_at": None,
        "regions": [],
        "outages": [],
        "faults": 0,
    }


def test_it_says_its_version(machine: TimeMachine) -> None:
    """The version is dynadrill's."""
    assert ask(machine, "GET", "version") == {"version": VERSION}


BAD = [
    ("clock", None, "no members"),
    ("clock", {}, "no members"),
    ("clock", {"advance_s": -1}, "advance_s is -1"),
    ("clock", {"advance_s": "1"}, "advance_s is '1'"),
    ("clock", {"advance_s": None}, "advance_s is None"),
    ("clock", {"advance_s": 1, "to_at": 2}, "'advance_s', 'to_at'"),
    ("clock", {"to_at": True}, "to_at is True"),
    ("clock", {"to_at": 1e300}, "year 9999"),
    ("clock", {"to_at": "tomorrow"}, "'tomorrow'"),
    ("clock", {"to_at": "2030-01-01T00:00:00"}, "local time"),
    ("clock", [1], "list"),
    ("faults", {}, "no effect"),
    ("faults", {"effect": "explode"}, "'explode'"),
    ("faults", {"effect": "throttle", "opration": "PutItem"}, "'opration'"),
    ("faults", {"effect": "throttle", "operation": "PutItems"}, "'PutItems'"),
    ("faults", {"effect": "throttle", "times": 0}, "times of a fault is 0"),
    ("outages", {}, "region is None"),
    ("outages", {"region": ""}, "region is ''"),
    ("outages", {"region": "us-eats-1"}, "'us-eats-1' is no Region"),
    ("faults", {"effect": "throttle", "region": "us-eats-1"}, "'us-eats-1' is no Region"),
    ("replication", {"source": "us-eats-1", "paused": True}, "'us-eats-1' is no Region"),
    ("replication", {"destination": "us-eats-1", "lag_s": 5}, "'us-eats-1' is no Region"),
    ("outages", {"region": 5}, "region is 5"),
    ("outages", {"region": "us-east-1", "mode": "explode"}, "'explode'"),
    ("outages", {"region": "us-east-1", "how": "drop"}, "'how'"),
    ("keys", {}, "key is None"),
    ("keys", {"key": "k", "state": "gone"}, "'state'"),
    ("reset", {"tables": ["Orders"]}, "'tables'"),
]


@pytest.mark.parametrize(("path", "members", "found"), BAD)
def test_a_wrong_body_is_refused(machine: TimeMachine, path: str, members: object, found: str) -> None:
    """400 with what was found and, as a hint, what was expected; nothing was changed."""
    answer = ask(machine, "POST", path, members, status=400)
    assert found in answer["message"]
    assert answer["hint"]
    assert ask(machine, "GET", "clock")["now"] == START_AT
    assert not machine.fleet.is_troubled


@pytest.mark.parametrize("body", [b"{", b"\xff", b"null", b"1", b'{"advance_s": NaN}'])
def test_a_body_that_is_no_json_object_is_refused(machine: TimeMachine, body: bytes) -> None:
    """400, and the clock stays."""
    answer = machine.respond(Call("POST", "h", f"{PREFIX}clock", {}, body))
    assert answer.status == 400
    assert json.loads(answer.body)["hint"]
    assert machine.clock.now() == START_AT


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "nope", 404), ("GET", "clock/1", 404), ("GET", "clock/", 404), ("DELETE", "faults/x", 404),
     ("DELETE", "faults/7", 404), ("DELETE", "faults/%31", 404), ("DELETE", "outages/us-east-1", 404),
     ("DELETE", "clock", 405), ("GET", "reset", 405), ("PUT", "faults", 405), ("GET", "faults/1", 405)],
)  # fmt: skip
def test_a_wrong_path_or_method_is_refused(machine: TimeMachine, method: str, path: str, status: int) -> None:
    """404 for what is not here, 405 with the methods that are."""
    assert ask(machine, method, path, status=status)["message"]


@pytest.mark.parametrize("path", ["/dynadrill", "/dynadrill/", "/dynadrill?pretty", "/dynadrill/?pretty"])
def test_the_list_needs_no_last_slash(machine: TimeMachine, path: str) -> None:
    """Whoever leaves the slash out is told what there is, and is not taken for a client of DynamoDB."""
    answer = machine.respond(Call("GET", "h", path, {}, b""))
    assert len(json.loads(answer.body)["paths"]) == len(ROUTES)


def test_a_path_that_only_begins_alike_is_not_the_control_apis(machine: TimeMachine) -> None:
    """`/dynadrill-exports` may be a bucket."""
    assert b"UnknownOperation" in machine.respond(Call("GET", "h", "/dynadrill-exports", {}, b"")).body


def test_the_clock_is_moved_to_a_time_as_people_write_it(machine: TimeMachine) -> None:
    """`to_at` is epoch seconds, or ISO 8601 with a zone, as `--start-at` is; a time that has passed changes nothing."""
    assert ask(machine, "POST", "clock", {"to_at": "2030-01-01T01:00:00+01:00"})["now"] == 1_893_456_000.0
    assert ask(machine, "POST", "clock", {"to_at": 1_893_456_001})["now"] == 1_893_456_001.0
    assert ask(machine, "POST", "clock", {"to_at": "2029-01-01T00:00:00Z"})["now"] == 1_893_456_001.0


def test_methods_that_there_are_are_named(machine: TimeMachine) -> None:
    """A 405 has the header Allow, as HTTP asks."""
    answer = machine.respond(Call("PUT", "h", f"{PREFIX}faults", {}, b""))
    assert answer.headers["Allow"] == "GET, POST, DELETE"


def test_head_is_answered_as_get(machine: TimeMachine) -> None:
    """A health check may ask with HEAD."""
    assert machine.respond(Call("HEAD", "h", f"{PREFIX}health", {}, b"")).status == 200


def test_a_browser_is_told_what_this_is(machine: TimeMachine) -> None:
    """GET / without a signature is answered with how to use it, as text."""
    answer = machine.respond(Call("GET", "127.0.0.1:8000", "/", {}, b""))
    assert answer.status == 200
    assert b"AWS_ENDPOINT_URL=http://127.0.0.1:8000" in answer.body
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_wall_clock_is_not_moved() -> None:
    """Who serves a clock that nobody can move is obeyed: the request is refused, with the option that says so."""
    machine = TimeMachine(ManualClock(START_AT), clock_kind=ClockKind.WALL)
    answer = machine.respond(Call("POST", "", "/dynadrill/clock", {}, b'{"advance_s": 5}'))
    assert answer.status == 400
    assert b"--clock wall" in answer.body
    assert machine.clock.now() == START_AT
