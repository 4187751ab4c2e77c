"""The machine behind a port: faults as a socket sees them, and HTTP that no client should send."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from dynadrill.drills.timemachine import front as front_module
from dynadrill.drills.timemachine import troubles
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.front import THREADS, Front, listening
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.outages import OutageMode

from .support import items, make_table, put


@pytest.fixture
def front(machine: TimeMachine) -> Iterator[Front]:
    """A machine behind a port, in this process."""
    front = listening(machine, 0)
    thread = threading.Thread(target=front.serve)
    thread.start()
    yield front
    front.stop()
    thread.join()


def connect(front: Front, service: str = "dynamodb", **options: Any) -> Any:
    """A plain boto3 client that makes one attempt."""
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{front.port}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}, **options),
    )


def speak(front: Front, said: bytes) -> bytes:
    """Everything that is answered to some bytes, until the connection is closed."""
    with socket.create_connection(("127.0.0.1", front.port), timeout=20) as connection:
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := connection.recv(65_536):
            heard += piece
    return heard


@pytest.mark.parametrize(("effect", "written"), [(Effect.DROP_BEFORE, {}), (Effect.DROP_AFTER, {"a": "v"})])
def test_the_server_closes_a_connection_that_is_dropped(
    machine: TimeMachine, front: Front, effect: Effect, written: dict[str, str]
) -> None:
    """No byte is answered and the connection is closed; only after it is the write there."""
    db = connect(front)
    make_table(db)
    machine.fleet.faults.add(Fault(effect, operation="PutItem", times=1))
    with pytest.raises(ConnectionClosedError):
        put(db, "a")
    assert items(db, "Orders") == written


def test_an_answer_is_held_back(machine: TimeMachine, front: Front) -> None:
    """A client that waits gets the answer over the same connection, and goes on with it."""
    db = connect(front, max_pool_connections=1)
    make_table(db)
    machine.fleet.faults.add(Fault(Effect.LATENCY, operation="PutItem", seconds=0.05))
    put(db, "a")
    put(db, "b")
    assert items(db, "Orders") == {"a": "v", "b": "v"}


def test_a_client_that_does_not_wait_is_not_told(machine: TimeMachine, front: Front) -> None:
    """The read times out although the write happened: the outcome that nobody knows."""
    db = connect(front, read_timeout=0.3)
    make_table(db)
    machine.fleet.faults.add(Fault(Effect.LATENCY, operation="PutItem", seconds=600, times=1))
    with pytest.raises(ReadTimeoutError):
        put(db, "a")
    assert items(db, "Orders") == {"a": "v"}


def test_answers_that_are_held_back_keep_no_worker(machine: TimeMachine, front: Front) -> None:
    """With three times as many answers held back as there are workers, the next client is answered at once."""
    make_table(connect(front))
    machine.fleet.faults.add(Fault(Effect.LATENCY, operation="DescribeTable", seconds=600))
    waiting = []
    for _ in range(3 * THREADS):
        connection = http.client.HTTPConnection("127.0.0.1", front.port)
        headers = {"X-Amz-Target": "DynamoDB_20120810.DescribeTable"}
        connection.request("POST", "/", b'{"TableName": "Orders"}', headers)
        waiting.append(connection)
    put(connect(front, read_timeout=20), "a")
    assert items(connect(front), "Orders") == {"a": "v"}
    for connection in waiting:
        connection.close()


def test_stopping_ends_answers_that_are_held_back(machine: TimeMachine) -> None:
    """A server that stops cuts the connections of clients that still wait, and leaves no timer behind."""
    front = listening(machine, 0)
    thread = threading.Thread(target=front.serve)
    thread.start()
    machine.fleet.faults.add(Fault(Effect.LATENCY, seconds=600))
    connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=20)
    connection.request("POST", "/", b"{}", {"X-Amz-Target": "DynamoDB_20120810.ListTables"})
    while not (timers := list(front._timers.values())):
        pass
    front.stop()
    thread.join()
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    for timer in timers:
        timer.join(20)
        assert not timer.is_alive()
    connection.close()


@pytest.mark.parametrize("connection", [b"close", b"keep-alive"])
def test_a_held_answer_is_whole(machine: TimeMachine, front: Front, connection: bytes) -> None:
    """Status, headers and body come as without the delay, and a client that asked for it sees the connection closed."""
    machine.fleet.faults.add(Fault(Effect.LATENCY, seconds=0.05))
    heard = speak(
        front,
        b"POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Length: 2\r\n"
        b"Connection: " + connection + b"\r\n\r\n{}",
    )
    assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
    assert heard.endswith(b'\r\n\r\n{"TableNames":[]}')
    assert (b"Connection: close" in heard) == (connection == b"close")


def test_a_hanging_region_closes_the_connection_in_the_end(
    machine: TimeMachine, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call to a Region that hangs is not answered; the connection is closed after the time."""
    monkeypatch.setattr(troubles, "HANG_S", 0.05)
    machine.fleet.outages.add("us-east-1", OutageMode.HANG)
    with pytest.raises(ConnectionClosedError):
        connect(front).list_tables()


def test_a_lost_region_is_503_over_http(machine: TimeMachine, front: Front) -> None:
    """The status line says what the exception says."""
    machine.fleet.outages.add("us-east-1")
    with pytest.raises(ClientError) as caught:
        connect(front).list_tables()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


BAD = [
    (b"nonsense\r\n\r\n", b"400"),
    (b"GET\r\n\r\n", b"400"),
    (b"GET / HTTP/9.9\r\n\r\n", b"505"),
    (b"get / HTTP/1.1\r\nHost: h\r\n\r\n", b"400"),
    (b"GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", b"400"),
    (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", b"400"),
    (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n", b"400"),
    (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n", b"413"),
    (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
    (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n", b"400"),
    (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n{}", b"413"),
    (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
    (b"GET / HTTP/1.1\r\nHost: h\r\nX-Long: " + b"x" * 70_000 + b"\r\n\r\n", b"413"),
    (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", b"414"),
    (b"POST / HTTP/1.1\r\nHost: h\r\n\r\n", b"400"),
    (b"POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: \xff\xfe\r\nContent-Length: 0\r\n\r\n", b"400"),
    (b"POST / HTTP/1.1\r\nHost: h\r\nAuthorization: \xff Credential=////\r\nContent-Length: 0\r\n\r\n", b"400"),
    (b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", b"400"),
    (b"DELETE /favicon.ico HTTP/1.1\r\nHost: h\r\n\r\n", b"400"),
    (b"GET /dynadrill/nope HTTP/1.1\r\nHost: h\r\n\r\n", b"404"),
    (b"PUT /dynadrill/clock HTTP/1.1\r\nHost: h\r\n\r\n", b"405"),
]


@pytest.mark.parametrize(("said", "status"), BAD)
def test_bad_http_is_refused(
    front: Front, said: bytes, status: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Bad input: a status of 400 and more, no traceback, and the next request is answered."""
    heard = speak(front, said)
    assert heard.split(b" ")[1] == status, heard
    assert b"Traceback" not in heard
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]
    assert capfd.readouterr().err == ""
    assert connect(front).list_tables()["TableNames"] == []


def test_a_body_in_chunks_is_read(front: Front) -> None:
    """A client may send its body in chunks."""
    heard = speak(
        front,
        b"POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
    )
    assert heard.endswith(b'{"TableNames":[]}')


def test_a_body_that_is_too_large_is_413(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """More bytes than a body may have are refused before they are read, also in chunks."""
    assert front.max_request_body_size == front_module.LARGEST_BODY
    front.max_request_body_size = 10
    plain = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n" + b"x" * 11
    chunked = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n" + b"x" * 11
    assert [speak(front, said).split(b" ")[1] for said in (plain, chunked)] == [b"413", b"413"]


def test_a_client_that_goes_away_is_no_news(front: Front, capfd: pytest.CaptureFixture[str]) -> None:
    """Connections that break in the middle of a request leave no trace, and the server goes on."""
    for said in (b"", b"POST / HT", b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{"):
        with socket.create_connection(("127.0.0.1", front.port)) as connection:
            connection.sendall(said)
    assert connect(front).list_tables()["TableNames"] == []
    assert capfd.readouterr().err == ""


def test_head_has_no_body(front: Front) -> None:
    """HEAD / is answered with the length of what GET would answer, and the connection is of use afterwards."""
    connection = http.client.HTTPConnection("127.0.0.1", front.port, timeout=20)
    connection.request("HEAD", "/")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 100
    connection.request("GET", "/dynadrill/clock")
    assert json.loads(connection.getresponse().read())["now"]
    connection.close()


def test_paths_stay_as_they_were_sent(front: Front, machine: TimeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Percent-encoding and the query reach the machine untouched, as they do within a process."""
    seen: list[str] = []
    respond = machine.respond
    monkeypatch.setattr(machine, "respond", lambda call: [seen.append(call.path), respond(call)][1])
    speak(front, b"GET /a%20b/c%2Fd+e%C3%BC?list-type=2&prefix=x%2Fy HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert seen == ["/a%20b/c%2Fd+e%C3%BC?list-type=2&prefix=x%2Fy"]


def test_objects_with_awkward_keys_survive_http(front: Front) -> None:
    """S3 over the socket: spaces, plus signs, percent signs and letters of any alphabet in a key stay as they are."""
    s3 = connect(front, service="s3")
    s3.create_bucket(Bucket="exports")
    for key in ("a b/c+d", "50%/é", "q?x=1&y", "a/../b", "日本"):
        s3.put_object(Bucket="exports", Key=key, Body=key.encode())
        assert s3.get_object(Bucket="exports", Key=key)["Body"].read() == key.encode()
        assert s3.head_object(Bucket="exports", Key=key)["ContentLength"] == len(key.encode())


def test_two_machines_have_two_ports() -> None:
    """Each server takes a free port of its own, on loopback only."""
    fronts = [listening(TimeMachine(ManualClock(0.0)), 0) for _ in range(2)]
    try:
        assert len({front.port for front in fronts}) == 2
        assert all(front.bind_addr[0] == "127.0.0.1" for front in fronts)
    finally:
        for front in fronts:
            front.stop()
