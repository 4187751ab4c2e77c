"""The call log: what was asked of the control plane, when, and what came of it."""

import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ParamValidationError
from dynadrill.drills.target import call_log

from .conftest import PREFIX, Answers, error

TABLE = f"{PREFIX}table"


def lines(folder: Path) -> list[dict[str, Any]]:
    """The log of a run folder."""
    return [orjson.loads(line) for line in call_log(folder).read_bytes().splitlines()]


def test_a_call_is_one_line_with_its_instants(answers: Answers, tmp_path: Path) -> None:
    """Operation, tables, parameters, outcome and both instants of each call, at once and before any close."""
    access = answers.access(tmp_path)
    access.inventory.tables.add(TABLE)
    access.control().tag_resource(ResourceArn=f"arn:aws:dynamodb:us-east-1:1:table/{TABLE}", Tags=[])
    (line,) = lines(tmp_path)
    assert line == {
        "operation": "TagResource",
        "tables": [TABLE],
        "parameters": {"ResourceArn": f"arn:aws:dynamodb:us-east-1:1:table/{TABLE}", "Tags": []},
        "outcome": "ok",
        "asked_at": 1000.000001,
        "told_at": 1000.000002,
    }


def test_errors_and_lost_answers_are_outcomes(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused call has its code; one without an answer has no instant of an answer; retries are one call."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    control = answers.access(tmp_path).control()
    answers.says = lambda operation, sent: error("ResourceNotFoundException")
    with pytest.raises(ClientError):
        control.describe_table(TableName="any")

    def lost(operation: str, sent: Any) -> tuple[int, bytes]:
        raise ConnectionClosedError(endpoint_url="nowhere")

    answers.says = lost
    with pytest.raises(ConnectionClosedError):
        control.describe_table(TableName="any")
    assert len(answers.sent) == 5
    found = [(line["outcome"], line["told_at"] is None) for line in lines(tmp_path)]
    assert found == [("ResourceNotFoundException", False), ("ConnectionClosedError", True)]


def test_operations_on_items_are_not_in_it(answers: Answers, tmp_path: Path) -> None:
    """Items and their values stay out of the log; a call that botocore itself refuses was never made."""
    access = answers.access(tmp_path)
    access.inventory.tables.add(TABLE)
    access.data().put_item(TableName=TABLE, Item={"k": {"S": "secret"}})
    access.control().scan(TableName=TABLE)
    with pytest.raises(ParamValidationError):
        access.control().describe_table(TableName=None)  # type: ignore[arg-type]  # that is the point
    assert lines(tmp_path) == []


def test_instants_in_parameters_are_kept(answers: Answers, tmp_path: Path) -> None:
    """S0-17: the restore point that was asked for can be read from the log."""
    access = answers.access(tmp_path)
    access.inventory.tables.add(TABLE)
    access.control().restore_table_to_point_in_time(
        SourceTableName=TABLE, TargetTableName=f"{PREFIX}new", RestoreDateTime="2026-11-21T14:59:59Z"
    )
    (line,) = lines(tmp_path)
    assert line["tables"] == [f"{PREFIX}new", TABLE]
    assert line["parameters"]["RestoreDateTime"] == "2026-11-21T14:59:59Z"


def test_threads_do_not_tear_each_others_lines(answers: Answers, tmp_path: Path) -> None:
    """Many callers at once leave whole lines, one each."""
    control = answers.access(tmp_path).control()

    def ask() -> None:
        for _ in range(20):
            control.describe_table(TableName="x" * 200)

    callers = [threading.Thread(target=ask) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(lines(tmp_path)) == 80


def test_a_closed_log_takes_no_more_lines(answers: Answers, tmp_path: Path) -> None:
    """After close a call is still possible, and leaves no line; close can be called twice."""
    access = answers.access(tmp_path)
    access.close()
    access.close()
    access.control().list_tables()
    assert lines(tmp_path) == []
