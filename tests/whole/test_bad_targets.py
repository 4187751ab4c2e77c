"""Targets that cannot, lie, lose writes or go away: never a pass, and never more touched than was created."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from dynadrill.drills.marks import Mark
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.timemachine.machine import Answer, Call, TimeMachine
from dynadrill.drills.verdict import Outcome

SCANS_UNTIL_STRUCK = 1
"""The gate's; the next one is the disaster's."""


def _operation(call: Call) -> str:
    return call.headers.get("x-amz-target", "").partition(".")[2]


@pytest.fixture
def without_recovery() -> Iterator[tuple[str, list[str]]]:
    """An endpoint that knows neither backups nor point-in-time recovery, as DynamoDB Local; and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].partition(".")[2]
            asked.append(operation)
            self.rfile.read(int(self.headers["Content-Length"]))
            known = operation == "ListTables"
            body = (
                b'{"TableNames":[]}'
                if known
                else b'{"__type":"com.amazonaws.dynamodb#UnknownOperationException",'
                b'"message":"An unknown operation was requested."}'
            )
            self.send_response(200 if known else 400)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "recovery",
    ["point_in_time", "on_demand_backup", "aws_backup", "export_import", "incremental_rollback", "deleted_table_backup",
     "hybrid"],
)  # fmt: skip
def test_a_target_without_the_api_is_unsupported(recovery: str, without_recovery: Any, drill: Any) -> None:
    """A target that lacks what a recovery needs ends as unsupported, exit 4, and only questions were asked."""
    address, asked = without_recovery
    judgement = drill(target=address, pace="real", recovery=recovery).judgement
    assert judgement.verdict is Outcome.UNSUPPORTED
    assert judgement.exit_code == 4
    assert recovery in judgement.because
    assert asked
    assert {operation for operation in asked if not operation.startswith(("Describe", "List"))} == set()


def test_a_target_that_loses_writes_is_found_by_the_gate(drill: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that acknowledges writes and forgets them is wrong before the disaster: unknown, nothing is struck."""
    honest = TimeMachine.respond
    puts: list[bytes] = []

    def respond(self: TimeMachine, call: Call) -> Answer:
        if _operation(call) == "PutItem" and b"attribute_not_exists" not in call.body:
            puts.append(call.body)
            if len(puts) % 5:
                return honest(self, call)
            return Answer(200, {"Content-Type": "application/x-amz-json-1.0"}, b"{}")
        return honest(self, call)

    monkeypatch.setattr(TimeMachine, "respond", respond)
    ran = drill(rate=20.0)
    assert len(puts) >= 5
    assert ran.judgement.verdict is Outcome.UNKNOWN
    assert ran.judgement.exit_code == 2
    assert "wrong before the disaster" in ran.judgement.because
    assert Mark.STRUCK not in read_history(ran.folder.history).marks
    assert ran.judgement.leftovers == []


@pytest.mark.parametrize("operation", ["RestoreTableToPointInTime", "DescribeTable", "UpdateTimeToLive"])
def test_a_target_that_goes_away_leaves_nothing_verified(
    operation: str, drill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint that stops answering after the strike makes the drill unknown, exit 2; the reason is told."""
    honest = TimeMachine.respond
    calls: list[str] = []

    def respond(self: TimeMachine, call: Call) -> Answer:
        calls.append(_operation(call))
        struck = "BatchWriteItem" in calls and calls.count("Scan") > SCANS_UNTIL_STRUCK
        if struck and operation == calls[-1]:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
        return honest(self, call)

    monkeypatch.setattr(TimeMachine, "respond", respond)
    judgement = drill().judgement
    assert judgement.struck_at is not None
    assert judgement.verdict is Outcome.UNKNOWN
    assert judgement.exit_code == 2
    assert "Could not connect" in judgement.because


def test_a_restore_that_is_refused_is_a_failure(drill: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recovery whose call the target refuses did not complete: fail, with the refusal in the target's words."""
    honest = TimeMachine.respond

    def respond(self: TimeMachine, call: Call) -> Answer:
        if _operation(call) == "UpdateTimeToLive" and b"restored" in call.body:
            refusal = b'{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"not today"}'
            return Answer(400, {"Content-Type": "application/x-amz-json-1.0"}, refusal)
        return honest(self, call)

    monkeypatch.setattr(TimeMachine, "respond", respond)
    judgement = drill().judgement
    assert judgement.verdict is Outcome.FAIL
    assert "UpdateTimeToLive was refused" in judgement.because
    assert "not today" in judgement.because
    assert judgement.leftovers == []
