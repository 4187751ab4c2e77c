"""An endpoint that somebody else runs."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.promise import Boundary, Method
from dynadrill.drills.target import Capability, Connection, TargetKind
from dynadrill.drills.targets import clients
from dynadrill.drills.targets.clocks import RealClock
from dynadrill.drills.targets.shared_clock import SharedClock

from .conftest import PREFIX, open_endpoint


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def web_server(status: int, kind: str, body: bytes, unless: bytes = b"") -> Iterator[str]:
    """A server that answers everything alike, but what mentions `unless`, to which it answers `{}`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            known = unless and unless in (self.headers.get("X-Amz-Target") or "").encode()
            self.send_response(200 if known else status)
            self.send_header("Content-Type", "application/x-amz-json-1.0" if known else kind)
            said = b'{"TableNames": []}' if known else body
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_nobody_there_is_wrong_usage(tmp_path: Path) -> None:
    """A dead endpoint is exit code 64 with its address and a hint, and leaves no clock behind."""
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(UsageError, match=url) as caught:
        open_endpoint(url, tmp_path)
    assert (caught.value.exit_code, bool(caught.value.hint)) == (64, True)
    assert [path.name for path in tmp_path.iterdir()] == ["calls.jsonl"]


def test_a_silent_endpoint_is_given_up_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What accepts connections and never answers is wrong usage too, not a drill that hangs."""
    monkeypatch.setattr(clients, "GREETING_READ_S", 0.1)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with pytest.raises(UsageError, match="answers as DynamoDB"):
            open_endpoint(f"http://127.0.0.1:{listener.getsockname()[1]}", tmp_path)


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (404, "text/html", b"<html>not here</html>"),
        (200, "text/html", b"<html>welcome</html>"),
        (500, "text/html", b"<html>broken</html>"),
        (400, "application/x-amz-json-1.0", b'{"__type": "UnrecognizedClientException", "message": "who?"}'),
    ],
)
def test_what_is_not_dynamodb_is_wrong_usage(tmp_path: Path, status: int, kind: str, body: bytes) -> None:
    """A web server, or an endpoint that does not know us, is told from DynamoDB before anything is created."""
    with web_server(status, kind, body) as url, pytest.raises(UsageError, match="answers as DynamoDB"):
        open_endpoint(url, tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "http://", "http://:8000", "http://127.0.0.1:port", "http://127.0.0.1:99999", "http://127.0.0.1:8000/path",
        "http://127.0.0.1:8000?a=b", "ftp://127.0.0.1", "http://me:secret@127.0.0.1:8000", "http://[::1",
        "https://dynamodb.eu-west-1.amazonaws.com", "https://dynamodb.cn-north-1.amazonaws.com.cn",
    ],
)  # fmt: skip
def test_nonsense_is_no_address(tmp_path: Path, url: str) -> None:
    """An address that makes no sense, holds a password, or is Amazon's own, is refused without asking anybody."""
    with pytest.raises(UsageError) as caught:
        open_endpoint(url, tmp_path)
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_capabilities_are_asked_for(moto_server: str, tmp_path: Path) -> None:
    """A moto server has APIs for a table's pasts, says so when asked, and is asked once for each."""
    target = open_endpoint(moto_server, tmp_path)
    asked = (Capability.POINT_IN_TIME, Capability.ON_DEMAND_BACKUP, Capability.TIME_TO_LIVE)
    for _ in range(2):
        assert [target.lacks(capability) for capability in asked] == [None] * len(asked)
        assert "nothing there can be asked" in (target.lacks(Capability.OUTAGES) or "")
    lines = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    questions = ["DescribeContinuousBackups", "ListBackups", "DescribeTimeToLive"]
    assert [line["operation"] for line in lines] == ["ListTables", *questions]
    target.close()


@pytest.mark.parametrize(
    ("status", "kind", "body", "said"),
    [
        (400, "application/x-amz-json-1.0", b'{"__type": "a#UnknownOperationException"}', "UnknownOperation"),
        (400, "application/x-amz-json-1.0", b'{"__type": "a#ValidationException", "message": "no"}', "no"),
        (404, "text/html", b"<html>nothing</html>", "404"),
        (500, "text/html", b"<html>NotImplementedError</html>", "500"),
        (200, "text/html", b"<html>welcome</html>", "not DynamoDB's"),
    ],
)
def test_what_an_endpoint_lacks_is_what_it_answered(
    tmp_path: Path, status: int, kind: str, body: bytes, said: str
) -> None:
    """Where an API is not there the target says what was answered; it is not taken to be there."""
    with web_server(status, kind, body, unless=b"ListTables") as url:
        target = open_endpoint(url, tmp_path)
        for capability in (Capability.POINT_IN_TIME, Capability.GLOBAL_TABLES, Capability.EXPORT_TO_S3):
            assert said in (target.lacks(capability) or "nothing is lacking")
        for capability in set(Capability) - {Capability.OUTAGES}:
            assert target.lacks(capability), capability
        target.close()


def test_an_endpoint_that_goes_away_is_not_an_answer(tmp_path: Path) -> None:
    """When it can no longer be asked, neither capabilities nor leftovers are made up."""
    with web_server(200, "application/x-amz-json-1.0", b"{}", unless=b"ListTables") as url:
        target = open_endpoint(url, tmp_path)
    with pytest.raises(UnverifiableError, match="could not be asked"):
        target.lacks(Capability.POINT_IN_TIME)
    with pytest.raises(UnverifiableError, match="could not be listed"):
        target.leftovers()
    target.close()


def test_what_it_promises(moto_server: str, tmp_path: Path) -> None:
    """Real time, a second around a point in time, a minute around a backup, and no window to wait for."""
    target = open_endpoint(moto_server + "/", tmp_path)
    assert (target.kind, target.name) == (TargetKind.ENDPOINT, moto_server + "/")
    assert isinstance(target.clock, RealClock)
    assert target.boundary(Method.POINT_IN_TIME) == Boundary(-1, 1)
    assert target.boundary(Method.ON_DEMAND_BACKUP) == Boundary(-60, 60)
    assert not target.waits_for_window()
    target.close()
    target.close()


def test_another_process_can_be_told_how_to_get_there(moto_server: str, tmp_path: Path) -> None:
    """The connection survives JSON; with it a load process has the same clock and can use the run's tables only."""
    target = open_endpoint(moto_server, tmp_path)
    assert target.connection
    connection = Connection(**json.loads(json.dumps(asdict(target.connection))))
    assert connection == target.connection
    shared = SharedClock(Path(connection.clock_file))
    assert abs(shared.now() - target.clock.now()) < 10
    name = f"{PREFIX}shared"
    target.control().create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    load = clients.client_for_load(connection)
    load.put_item(TableName=name, Item={"k": {"S": "from the load"}})
    assert target.data().scan(TableName=name)["Items"] == [{"k": {"S": "from the load"}}]
    assert target.leftovers() == [name]
    target.control().delete_table(TableName=name)
    assert target.leftovers() == []
    target.close()
    assert shared.stopping
    assert not Path(connection.clock_file).exists()
