"""The embedded target: in its own process, and within this one."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.errors import RefusedError
from dynadrill.drills.promise import Boundary, Method
from dynadrill.drills.target import Capability, Connection
from dynadrill.drills.targets import clients, embedded
from dynadrill.drills.targets.clocks import VirtualClock
from dynadrill.drills.targets.embedded import EmbeddedTarget
from dynadrill.drills.targets.shared_clock import SharedClock

from .conftest import PREFIX, RUN

TABLE = f"{PREFIX}orders"
STARTS_AT = 1_793_000_000.0

DRIVER = """
import json, sys, time
from dataclasses import asdict
from pathlib import Path
from dynadrill.drills.targets import embedded
target = embedded.serving(run_id="r1", folder=Path(sys.argv[1]), seed=7, on_jump=print)
print(json.dumps([target._parts._server.process_id, asdict(target.connection)]), flush=True)
time.sleep(60)
"""
"""A drill that opens its target and then does nothing."""


def create(target: EmbeddedTarget, name: str = TABLE) -> None:
    """A table with a string key."""
    target.control().create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def virtual(tmp_path: Path) -> Iterator[EmbeddedTarget]:
    """A target in virtual pace."""
    target = embedded.within(run_id=RUN, folder=tmp_path, seed=7, starts_at=STARTS_AT, on_jump=lambda *_: None)
    yield target
    target.close()


def answers_at(port: int) -> bool:
    """Whether anybody listens on a loopback port."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
def test_a_drill_of_its_own_in_real_pace(tmp_path: Path) -> None:
    """S0-06: a table is created, written, moved a day on and read, by this process and by a load process's client."""
    jumps: list[Any] = []
    target = embedded.serving(run_id=RUN, folder=tmp_path, seed=7, on_jump=lambda *jump: jumps.append(jump))
    assert target.connection
    connection = Connection(**json.loads(json.dumps(asdict(target.connection))))
    port = int((connection.endpoint_url or "").rpartition(":")[2])
    create(target)
    item = {"k": {"S": "1"}, "b": {"B": "AP8="}}
    clients.client_for_load(connection).put_item(TableName=TABLE, Item=item)
    assert target.data().scan(TableName=TABLE)["Items"] == [item]
    before = target.clock.now()
    target.clock.wait(86_400.0, "a day")
    with SharedClock(Path(connection.clock_file)) as shared:
        assert shared.now() >= before + 86_400.0
    ((from_at, to_at, why),) = jumps
    assert (round(to_at - from_at, 6), why) == (86_400.0, "a day")
    assert target.leftovers() == [TABLE]
    assert answers_at(port)
    target.close()
    target.close()
    assert not answers_at(port)
    assert target.leftovers() == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calls.jsonl"]


@pytest.mark.slow
def test_the_machine_lives_by_the_drills_clock(tmp_path: Path) -> None:
    """S2-01: what the server says of its window moves when the drill waits, without any real time passing."""
    target = embedded.serving(run_id=RUN, folder=tmp_path, seed=7, on_jump=lambda *_: None)
    create(target)
    target.control().update_continuous_backups(
        TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )

    def latest() -> float:
        described = target.control().describe_continuous_backups(TableName=TABLE)["ContinuousBackupsDescription"]
        return described["PointInTimeRecoveryDescription"]["LatestRestorableDateTime"].timestamp()

    enabled_at = latest()
    target.clock.wait(1000.0, "the lag and more")
    assert latest() >= enabled_at + 690
    target.close()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_drill_leaves_no_server(tmp_path: Path, number: signal.Signals) -> None:
    """When the drill is killed its server ends by itself, its port is free, and no file is outside the run folder."""
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    folder = tmp_path / "run"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(elsewhere)},
    ) as driver:
        assert driver.stdout
        server, connection = json.loads(driver.stdout.readline())
        port = int(connection["endpoint_url"].rpartition(":")[2])
        assert answers_at(port)
        driver.send_signal(number)
        driver.wait()
    give_up = time.monotonic() + 30
    while _lives(server):
        assert time.monotonic() < give_up, "the server outlived its drill"
    assert not answers_at(port)
    assert list(elsewhere.iterdir()) == []


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8") if Path("/proc").exists() else ") R"
    except (ProcessLookupError, FileNotFoundError):
        return False
    return status.rpartition(") ")[2][:1] != "Z"


@pytest.mark.slow
def test_a_server_that_died_holds_nothing(tmp_path: Path) -> None:
    """With the server gone everything that it held is gone: there is nothing left over, and closing is no fault."""
    target = embedded.serving(run_id=RUN, folder=tmp_path, seed=7, on_jump=lambda *_: None)
    create(target)
    server = target._parts._server
    assert server
    os.kill(server.process_id, signal.SIGKILL)
    server._process.wait()
    assert target.leftovers() == []
    target.close()


def test_virtual_pace_needs_no_process_and_no_file(virtual: EmbeddedTarget, tmp_path: Path) -> None:
    """In virtual pace machine and drill share a clock within this process: same time, no port, nothing on disk."""
    create(virtual)
    item = {"k": {"S": "1"}, "b": {"B": "AP8="}}
    virtual.data().put_item(TableName=TABLE, Item=item)
    assert virtual.data().get_item(TableName=TABLE, Key={"k": {"S": "1"}})["Item"] == item
    assert virtual.connection is None
    assert isinstance(virtual.clock, VirtualClock)
    created_at = virtual.control().describe_table(TableName=TABLE)["Table"]["CreationDateTime"].timestamp()
    assert STARTS_AT <= created_at < STARTS_AT + 1
    assert [path.name for path in tmp_path.iterdir()] == ["calls.jsonl"]


def test_virtual_targets_know_nothing_of_each_other(virtual: EmbeddedTarget, tmp_path: Path) -> None:
    """Two drills in one process have two machines."""
    create(virtual)
    other = embedded.within(run_id=RUN, folder=tmp_path / "other", seed=7, starts_at=STARTS_AT, on_jump=lambda *_: None)
    assert other.leftovers() == []
    other.close()
    assert virtual.leftovers() == [TABLE]


def test_errors_are_clienterrors_in_process_too(virtual: EmbeddedTarget) -> None:
    """What the machine refuses is the same exception as over HTTP, and the guard stands here as well."""
    with pytest.raises(ClientError) as caught:
        virtual.data().get_item(TableName=f"{PREFIX}missing", Key={"k": {"S": "1"}})
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    with pytest.raises(RefusedError):
        virtual.data().put_item(TableName="somebody-elses", Item={"k": {"S": "1"}})


def test_a_users_profile_does_not_trip_the_machine_up(tmp_path: Path) -> None:
    """A profile that is not there, in the environment, is nothing to an embedded drill in virtual pace."""
    code = (
        "import sys; from pathlib import Path; from dynadrill.drills.targets import embedded;"
        "target = embedded.within(run_id='r1', folder=Path(sys.argv[1]), seed=7, starts_at=0.0, on_jump=print);"
        "print(target.control().list_tables()['TableNames'])"
    )
    confused = {**os.environ, "AWS_PROFILE": "nobody-has-this-profile", "AWS_CONFIG_FILE": "/nonexistent"}
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env=confused, capture_output=True, text=True, check=False
    )
    assert said.stdout == "[]\n", said.stderr


def test_what_it_promises(virtual: EmbeddedTarget) -> None:
    """S2-01: to the second around a point in time, as AWS around a backup; everything is there; the window counts."""
    assert virtual.boundary(Method.POINT_IN_TIME) == Boundary(0, 0)
    assert virtual.boundary(Method.ON_DEMAND_BACKUP) == Boundary(-60, 60)
    assert [virtual.lacks(capability) for capability in Capability] == [None] * len(Capability)
    assert virtual.waits_for_window()


@pytest.mark.slow
def test_a_jump_lets_the_server_catch_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A jump in real pace is over for the server too: what fell due has happened before anybody asks for anything."""
    caught_up: list[float] = []
    catch_up = embedded._catch_up
    monkeypatch.setattr(embedded, "_catch_up", lambda controls: [catch_up(controls), caught_up.append(controls.now())])
    target = embedded.serving(run_id=RUN, folder=tmp_path, seed=7, on_jump=lambda *_: None)
    create(target)
    before = target.clock.now()
    target.clock.wait(3600.0, "an hour")
    assert len(caught_up) == 1
    assert caught_up[0] >= before + 3600
    target.close()


@pytest.mark.slow
def test_a_jump_with_the_server_gone_is_no_error(tmp_path: Path) -> None:
    """Time can still be moved when the server died: who asks it next is told so, with words about what was asked."""
    target = embedded.serving(run_id=RUN, folder=tmp_path, seed=7, on_jump=lambda *_: None)
    assert target._parts._server
    target._parts._server.close()
    before = target.clock.now()
    target.clock.wait(60.0, "with nobody there any more")
    assert target.clock.now() >= before + 60
    target.close()


def test_an_embedded_target_can_lose_a_region(virtual: EmbeddedTarget) -> None:
    """S1-42: a disaster takes the drill's own Region down and brings it back, through the target's controls."""
    create(virtual)
    virtual.world.lose_region("us-east-1")
    with pytest.raises(ClientError) as caught:
        virtual.data().describe_table(TableName=TABLE)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    virtual.world.bring_back_region("us-east-1")
    assert virtual.data().describe_table(TableName=TABLE)["Table"]["TableStatus"] == "ACTIVE"
