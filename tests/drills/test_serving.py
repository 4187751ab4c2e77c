"""`dynadrill serve`: what it says, what its options do, and how it ends."""

import http.client
import json
import os
import pty
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from dynadrill.drills.errors import UsageError
from dynadrill.drills.serving import BANNER, Serving, machine_of
from dynadrill.drills.timemachine.fault_forms import fault_in
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.greeting import GREETING
from dynadrill.drills.timemachine.outages import OutageMode

from tests.command import SERVE

CONFUSED = {**os.environ, "AWS_PROFILE": "nobody-has-this-profile", "AWS_CONFIG_FILE": "/nonexistent"}


@contextmanager
def serving(*options: str, **settings: Any) -> Iterator[tuple["subprocess.Popen[bytes]", dict[str, Any]]]:
    """A server on a free port, and its first line; it is gone afterwards."""
    process = subprocess.Popen([*SERVE, "--port", "0", *options], stdout=subprocess.PIPE, **settings)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait(20)
        process.stdout.close()


def connect(endpoint: str, region: str = "us-east-1") -> Any:
    """A plain boto3 client that makes one attempt."""
    return boto3.client(
        "dynamodb",
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


def ask(port: int, path: str, members: Any = None) -> Any:
    """One request to the control API."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    body = None if members is None else json.dumps(members)
    connection.request("GET" if members is None else "POST", f"/dynadrill/{path}", body)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def asked(**options: Any) -> Serving:
    """What the command line asks for when it says nothing, but for some options."""
    plain: dict[str, Any] = {
        "port": 0, "clock": "manual", "start_at": "1000", "seed": 0, "durations": (), "faults": (), "outages": (),
    }  # fmt: skip
    return Serving(**{**plain, **options})


@pytest.mark.slow
def test_it_serves_any_sdk_and_says_where() -> None:
    """S0-14: the first line says port, endpoint and control API; boto3 works; a user's AWS settings trip nothing up."""
    with serving("--clock", "manual", "--start-at", "2026-06-01T00:00:00Z", env=CONFUSED) as (_, said):
        assert said["endpoint"] == f"http://127.0.0.1:{said['port']}"
        assert said["control"] == f"{said['endpoint']}/dynadrill/"
        assert connect(said["endpoint"]).list_tables()["TableNames"] == []
        assert ask(said["port"], "clock") == {"now": 1_780_272_000.0, "clock": "manual"}
        assert ask(said["port"], "clock", {"advance_s": 300})["now"] == 1_780_272_300.0
        assert ask(said["port"], "clock")["now"] == 1_780_272_300.0


@pytest.mark.slow
def test_what_goes_wrong_can_be_said_on_the_command_line() -> None:
    """Faults and lost Regions are on from the first request; several of each can be named."""
    with serving(
        "--fault", "effect=throttle,operation=ListTables,times=1",
        "--fault", "effect=unavailable,operation=ListTables,times=1",
        "--outage", "us-east-2", "--outage", "eu-west-1=drop",
    ) as (_, said):  # fmt: skip
        codes = []
        for _ in range(2):
            with pytest.raises(ClientError) as caught:
                connect(said["endpoint"]).list_tables()
            codes.append(caught.value.response["Error"]["Code"])
        assert codes == ["ThrottlingException", "ServiceUnavailable"]
        assert connect(said["endpoint"]).list_tables()["TableNames"] == []
        with pytest.raises(ClientError):
            connect(said["endpoint"], "us-east-2").list_tables()
        assert [outage["region"] for outage in ask(said["port"], "outages")["outages"]] == ["eu-west-1", "us-east-2"]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
def test_a_signal_ends_it_cleanly(number: signal.Signals, code: int) -> None:
    """CTRL+C is 130, SIGTERM 143, as for every command; nothing is said, and the port is free, also with clients on."""
    with serving(stderr=subprocess.PIPE) as (process, said):
        client = socket.create_connection(("127.0.0.1", said["port"]))
        process.send_signal(number)
        assert process.wait(20) == code
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()
        client.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", said["port"]))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_of_it(tmp_path: Path, number: signal.Signals) -> None:
    """It writes no file, neither where it stands nor for the time being: killed at any moment it leaves nothing."""
    with serving(cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path)}) as (process, said):
        connect(said["endpoint"]).list_tables()
        process.send_signal(number)
        process.wait(20)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_its_help_is_whole_on_a_narrow_terminal() -> None:
    """In 80 columns no option is cut short, and the fault that it shows can be written as it stands."""
    narrow = {**os.environ, "COLUMNS": "80", "TERMINAL_WIDTH": "80"}
    ended = subprocess.run([*SERVE, "--help"], env=narrow, capture_output=True, text=True, timeout=60, check=True)
    assert "…" not in ended.stdout
    told = " ".join(line.strip(" │").strip() for line in ended.stdout.splitlines())
    shown = re.search(r'"(effect=[^"]+)"', " ".join(told.split()))
    assert shown is not None
    assert fault_in(shown[1]) == Fault(Effect.THROTTLE, operation="PutItem", table="Orders", probability=0.1, times=5)


@pytest.mark.slow
def test_people_are_told_how_to_use_it() -> None:
    """On a terminal it says what to export, how to move the clock and how to end it."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*SERVE, "--port", "0", "--clock", "manual"], stdout=theirs, stdin=theirs)
    os.close(theirs)
    try:
        said = b""
        while b"gone when it ends." not in said:
            said += os.read(ours, 4096)
        port = said.partition(b"http://127.0.0.1:")[2].partition(b",")[0]
        assert int(port)
        assert b"export AWS_ENDPOINT_URL=http://127.0.0.1:" + port + b"\r\n" in said
        assert b"stands still until it is moved" in said
        assert ask(int(port), "health") == {"status": "ok"}
    finally:
        process.kill()
        process.wait(20)
        os.close(ours)


DOCUMENT = (Path(__file__).parents[2] / "docs" / "time-machine.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        BANNER.format(endpoint="http://127.0.0.1:8000", clock="", moving=""),
        GREETING.format(host="127.0.0.1:8000"),
        DOCUMENT,
    ],
    ids=["terminal", "browser", "document"],
)
def test_what_people_are_told_to_export_is_enough(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """It reaches the server from any SDK; boto3 and the AWS CLI read another name of the Region than other SDKs do."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    for line in re.findall(r"^ *export (.*)", text, flags=re.MULTILINE):
        for name, _, value in (setting.partition("=") for setting in line.split()):
            monkeypatch.setenv(name, value)
    client: Any = boto3.session.Session().client("dynamodb")
    assert (client.meta.endpoint_url, client.meta.region_name) == ("http://127.0.0.1:8000", "us-east-1")
    assert boto3.session.Session().get_credentials().access_key == "123456789012"
    assert os.environ["AWS_REGION"] == "us-east-1"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--clock", "sundial"], ["'sundial'", "real, manual, wall"]),
        (["--start-at", "2026-01-01T00:00:00"], ["local time"]),
        (["--duration", "restart=5"], ["'restart'", "restore"]),
        (["--fault", "effect=explode"], ["'explode'", "throttle"]),
        (["--outage", "us-east-2=explode"], ["'explode'", "refuse"]),
        (["--port", "99999"], ["99999", "65535"]),
        (["--port", "x"], ["--port"]),
        (["--host", "0.0.0.0"], ["--host"]),
    ],
)
def test_wrong_usage_is_code_64(options: list[str], words: list[str]) -> None:
    """Bad input: exit code 64 and words that say what was found and what was expected; it listens on loopback only."""
    ended = subprocess.run([*SERVE, *options], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (64, "")
    assert "Traceback" not in ended.stderr
    assert all(word in ended.stderr for word in words), ended.stderr


@pytest.mark.slow
def test_a_port_in_use_is_code_64() -> None:
    """Bad input: the message names the port and says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run([*SERVE, "--port", str(port)], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 64
    assert f"port {port} of 127.0.0.1 is in use" in ended.stderr
    assert "Name another --port" in ended.stderr


def test_the_options_make_the_machine() -> None:
    """Seed, first instant, durations, faults and outages are those that were asked for."""
    machine = machine_of(
        asked(
            durations=["restore=30", "export=5m"],
            faults=["effect=throttle,table=Orders"],
            outages=["us-east-2", "eu-west-1=drop"],
        )
    )
    assert machine.clock.now() == 1000.0
    assert machine.fleet.durations.of("restore") == 30
    assert machine.fleet.durations.of("export") == 300
    assert machine.fleet.faults.listed() == [Fault(Effect.THROTTLE, table="Orders", number=1)]
    assert machine.fleet.outages.mode("us-east-2") is OutageMode.REFUSE
    assert machine.fleet.outages.mode("eu-west-1") is OutageMode.DROP
    other = machine_of(asked(seed=1))
    assert machine_of(asked(seed=1)).fleet.new_id() == other.fleet.new_id() != machine.fleet.new_id()


def test_a_real_clock_runs_and_a_manual_one_does_not() -> None:
    """`real` moves by itself from where it began, `manual` only when it is moved; both forward only."""
    manual, real = machine_of(asked()).clock, machine_of(asked(clock="real")).clock
    assert manual.now() == manual.now() == 1000.0
    first = real.now()
    while real.now() == first:
        pass
    assert 1000.0 <= first < real.now() < 2000.0
    for clock in (manual, real):
        clock.set_forward(5000.0)
        clock.set_forward(100.0)
        assert 5000.0 <= clock.now() < 6000.0


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"durations": ["restore"]}, "'restore' is not KIND=TIME"),
        ({"durations": ["restore=soon"]}, "restore: 'soon'"),
        ({"durations": ["restore=inf"]}, "restore is inf s"),
        ({"outages": ["us-eats-1"]}, "'us-eats-1'"),
        ({"faults": ["effect=throttle,region=us-eats-1"]}, "'us-eats-1'"),
        ({"start_at": "-5"}, "before 1970"),
        ({"durations": ["restore=-1"]}, "-1"),
        ({"durations": ["restore=nan"]}, "nan"),
        ({"start_at": "noon"}, "'noon'"),
        ({"port": -1}, "-1"),
    ],
)
def test_a_wrong_option_is_refused(options: dict[str, Any], found: str) -> None:
    """Bad input: the error says what was found."""
    with pytest.raises(UsageError, match=found):
        machine_of(asked(**options))
