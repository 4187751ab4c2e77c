"""The time machine as a process: port, clock, control API, and how it ends."""

import http.client
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from dynadrill.drills.targets.shared_clock import SharedClock
from dynadrill.drills.timemachine.calls import scope_of

from .support import START_AT, items, make_table, protect, put

SERVER = [sys.executable, "-m", "dynadrill.drills.timemachine.server"]


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server process and its port; it is gone afterwards."""
    process = subprocess.Popen([*SERVER, *options], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["port"]
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedClock]:
    """A clock that the server shares with this process."""
    with SharedClock(tmp_path_factory.mktemp("clock") / "clock", create=True, start_at=START_AT) as clock:
        yield clock


@pytest.fixture(scope="module")
def port(clock: SharedClock) -> Iterator[int]:
    """A server on that clock, whose restores take 300 s."""
    with running("--port", "0", "--clock-file", str(clock.path), "--duration", "restore=300") as (_, port):
        yield port


def connect(port: int, region: str = "us-east-1") -> Any:
    """A plain boto3 client."""
    return boto3.client(
        "dynamodb",
        region_name=region,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
    )


def ask(port: int, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
    """One request to the control API."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_a_restore_through_the_socket(port: int, clock: SharedClock) -> None:
    """S0-14, S3-14: boto3 over HTTP, with time moved by the process that shares the clock."""
    db = connect(port)
    make_table(db, "Orders")
    protect(db)
    clock.set_forward(clock.now() + 10)
    put(db, "a", "good")
    good_at = clock.now()
    clock.set_forward(good_at + 10)
    put(db, "a", "bad")
    clock.set_forward(good_at + 1000)
    db.restore_table_to_point_in_time(SourceTableName="Orders", TargetTableName="Restored", RestoreDateTime=good_at + 5)
    assert db.describe_table(TableName="Restored")["Table"]["TableStatus"] == "CREATING"
    clock.set_forward(good_at + 1400)
    assert items(db, "Restored") == {"a": "good"}
    assert items(connect(port), "Orders") == {"a": "bad"}
    assert connect(port, "eu-west-1").list_tables()["TableNames"] == []


def test_the_control_api_moves_the_clock(port: int, clock: SharedClock) -> None:
    """Control API: read, advance by, advance to; never back."""
    status, before = ask(port, "GET", "/dynadrill/clock")
    assert status == 200
    assert abs(before["now"] - clock.now()) < 60
    _, after = ask(port, "POST", "/dynadrill/clock", b'{"advance_s": 3600}')
    assert 3600 <= after["now"] - before["now"] < 3660
    _, to = ask(port, "POST", "/dynadrill/clock", json.dumps({"to_at": after["now"] + 3600}).encode())
    assert to["now"] >= after["now"] + 3600
    _, back = ask(port, "POST", "/dynadrill/clock", b'{"to_at": 0}')
    assert back["now"] >= to["now"]
    assert clock.now() >= back["now"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [("POST", "/dynadrill/clock", b"", 400), ("POST", "/dynadrill/clock", b"{}", 400),
     ("POST", "/dynadrill/clock", b'{"advance_s": -1}', 400), ("POST", "/dynadrill/clock", b'{"advance_s": "1"}', 400),
     ("POST", "/dynadrill/clock", b'{"advance_s": 1, "to_at": 2}', 400), ("POST", "/dynadrill/clock", b"[1]", 400),
     ("POST", "/dynadrill/clock", b'{"to_at": true}', 400), ("POST", "/dynadrill/clock", b'{"to_at": 1e300}', 400),
     ("DELETE", "/dynadrill/clock", b"", 405), ("GET", "/dynadrill/reset", b"", 405),
     ("GET", "/dynadrill/x", b"", 404)],
)  # fmt: skip
def test_bad_control_requests_are_refused(port: int, method: str, path: str, body: bytes, status: int) -> None:
    """Bad input: 400 (404, 405) with a message in JSON, and the clock stays."""
    _, before = ask(port, "GET", "/dynadrill/clock")
    found, answer = ask(port, method, path, body)
    assert found == status
    assert answer["message"]
    assert ask(port, "GET", "/dynadrill/clock")[1]["now"] - before["now"] < 60


def test_a_connection_is_kept(port: int) -> None:
    """Keep-alive: many requests over one connection, bad ones among them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.connect()
    kept = connection.sock
    for number in range(20):
        name = "ListTables" if number % 2 else "NoSuchThing"
        connection.request("POST", "/", b"{}", {"X-Amz-Target": f"DynamoDB_20120810.{name}"})
        answer = connection.getresponse()
        assert answer.status == (200 if number % 2 else 400)
        answer.read()
        assert connection.sock is kept
    connection.close()


def test_reset_forgets_everything_but_the_time() -> None:
    """Control API: reset leaves no table and no backup; the clock stays."""
    with running("--clock", "real") as (_, port):
        db = connect(port)
        make_table(db, "Orders")
        db.create_backup(TableName="Orders", BackupName="nightly")
        ask(port, "POST", "/dynadrill/clock", b'{"advance_s": 1000000}')
        before = ask(port, "GET", "/dynadrill/clock")[1]["now"]
        assert ask(port, "POST", "/dynadrill/reset") == (200, {})
        assert db.list_tables()["TableNames"] == []
        assert db.list_backups()["BackupSummaries"] == []
        assert ask(port, "GET", "/dynadrill/clock")[1]["now"] >= before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(number: signal.Signals) -> None:
    """It ends with code 0 and frees its port, also while a client keeps its connection."""
    with running("--clock", "real") as (process, port):
        connection = socket.create_connection(("127.0.0.1", port))
        process.send_signal(number)
        assert process.wait(20) == 0
        connection.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_it_ends_with_its_parent() -> None:
    """No process is left: a parent that is killed takes the server with it."""
    starter = (
        "import subprocess, sys, time\n"
        f"server = subprocess.Popen({[*SERVER, '--clock', 'real']!r}, stdout=subprocess.PIPE)\n"
        "print(server.pid, server.stdout.readline().decode(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdin is not None
    server = int(parent.stdout.readline().split()[0])
    watch = os.pidfd_open(server)
    try:
        parent.kill()
        parent.wait(20)
        ended, _, _ = select.select([watch], [], [], 20)
        assert ended
    finally:
        os.close(watch)
        parent.stdout.close()
        parent.stdin.close()


@pytest.mark.parametrize(
    ("options", "text"),
    [((), "required"), (("--clock-file", "/nowhere/clock"), "/nowhere/clock"),
     (("--clock", "real", "--port", "x"), "x"),
     (("--clock", "real", "--port", "99999"), "99999")],
)  # fmt: skip
def test_wrong_usage_is_code_64(options: tuple[str, ...], text: str) -> None:
    """Bad input: exit code 64 and a message that names what is wrong, no traceback."""
    ended = subprocess.run([*SERVER, *options], capture_output=True, timeout=30, check=False)
    assert ended.returncode == 64
    assert text in ended.stderr.decode()
    assert b"Traceback" not in ended.stderr


def test_a_port_in_use_is_code_64() -> None:
    """Bad input: the message names the port and says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [*SERVER, "--clock", "real", "--port", str(port)]
        ended = subprocess.run(command, capture_output=True, timeout=30, check=False)
    assert ended.returncode == 64
    assert f"port {port} of 127.0.0.1 is in use" in ended.stderr.decode()
    assert "Name another --port" in ended.stderr.decode()


@pytest.mark.parametrize(
    ("header", "found"),
    [("AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=h, Signature=s",
      ("123456789012", "eu-west-1", "dynamodb")),
     ("AWS4-HMAC-SHA256 Credential=999999999999/20260101/us-west-2/dynamodb/aws4_request",
      ("999999999999", "us-west-2", "dynamodb")),
     ("", ("123456789012", "us-east-1", "")), ("nonsense", ("123456789012", "us-east-1", ""))],
)  # fmt: skip
def test_region_and_account_come_from_the_credential(header: str, found: tuple[str, str, str]) -> None:
    """The credential's scope names the Region; a key of twelve digits names the account."""
    assert scope_of(header) == found


def test_paths_of_clock_files_may_have_spaces(tmp_path: Path) -> None:
    """A clock file is found wherever it is, and its time is the machine's."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    with (
        SharedClock(folder / "clock", create=True, start_at=START_AT) as clock,
        running("--clock-file", str(clock.path)) as (_, port),
    ):
        assert 0 <= ask(port, "GET", "/dynadrill/clock")[1]["now"] - START_AT < 60


def test_s3_through_the_socket(port: int) -> None:
    """Objects go through HTTP whole: odd keys, their length by HEAD, several megabytes in parts, ranges."""
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
    )
    s3.create_bucket(Bucket="socket")
    keys = ["a b", "a+b", "50%25", "ü/日本", "q?x=1&y", "trailing/"]
    for key in keys:
        s3.put_object(Bucket="socket", Key=key, Body=key.encode())
        assert s3.head_object(Bucket="socket", Key=key)["ContentLength"] == len(key.encode())
        assert s3.get_object(Bucket="socket", Key=key)["Body"].read() == key.encode()
    assert {each["Key"] for each in s3.list_objects_v2(Bucket="socket")["Contents"]} == set(keys)
    large = os.urandom(20_000_000)
    s3.upload_fileobj(io.BytesIO(large), "socket", "large")
    read = io.BytesIO()
    s3.download_fileobj("socket", "large", read)
    assert read.getvalue() == large
    assert s3.get_object(Bucket="socket", Key="large", Range="bytes=5-9")["Body"].read() == large[5:10]
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket="socket", Key="nope")
