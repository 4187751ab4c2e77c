"""A person's own table: what a check may do with it, what canaries may, and that nobody may do anything else."""

from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.errors import RefusedError
from dynadrill.drills.marked_keys import CONDITIONS, MARK, MarkedKeys
from dynadrill.drills.targets.operations import KINDS, Kind

from .conftest import PREFIX, Answers
from .test_guard import ARN, FOREIGN, MODEL, OURS, call, parameters

FROM = frozenset({FOREIGN})
EXPORT = "ExportTableToPointInTime"
CHANGES = sorted(op for op, kind in KINDS.items() if kind in (Kind.CHANGE, Kind.CREATE) and op != EXPORT)
WORD = "dynadrill-canary-r1-"
KEYS = MarkedKeys(FOREIGN, "k", WORD)
NAMES = {"#key": "k", "#mark": MARK}


def test_a_table_that_may_be_restored_from_is_not_changed(answers: Answers, tmp_path: Path) -> None:
    """Every mutating call on a foreign table is refused, although the run may restore from it."""
    access = answers.access(tmp_path, may_restore_from=FROM)
    access.inventory.tables.add(OURS)
    for operation in CHANGES:
        model = MODEL.operation_model(operation)
        for place in range(parameters(model, None)[1]):
            with pytest.raises(RefusedError, match=operation):
                call(access, operation, parameters(model, place)[0])
    assert answers.sent == []


def test_it_is_exported_into_a_bucket_of_the_run_alone(answers: Answers, tmp_path: Path) -> None:
    """An export of a foreign table goes into a bucket of ours, and only where the run may read the table."""
    asked = {"TableArn": f"{ARN}{FOREIGN}", "S3Bucket": f"{PREFIX}exports"}
    access = answers.access(tmp_path, may_restore_from=FROM)
    call(access, "ExportTableToPointInTime", asked)
    assert [sent for sent, _ in answers.sent] == ["ExportTableToPointInTime"]
    with pytest.raises(RefusedError):
        call(access, "ExportTableToPointInTime", {**asked, "S3Bucket": "somebody-elses"})
    with pytest.raises(RefusedError):
        call(answers.access(tmp_path), "ExportTableToPointInTime", asked)
    assert len(answers.sent) == 1


def put(**changed: Any) -> dict[str, Any]:
    """A canary's write, but for what is changed."""
    item = {"k": {"S": f"{WORD}1"}, MARK: {"S": "token"}}
    plain = {"ConditionExpression": CONDITIONS["PutItem"], "ExpressionAttributeNames": NAMES}
    return {"TableName": FOREIGN, "Item": item, **plain, **changed}


def test_canaries_are_written(answers: Answers, tmp_path: Path) -> None:
    """A marked key of the table may be put and deleted, where no other item is; also as binary."""
    client = answers.access(tmp_path).marker(KEYS)
    client.put_item(**put())
    client.put_item(**put(Item={"k": {"B": "ZHluYWRyaWxsLWNhbmFyeS1yMS0x"}, MARK: {"S": "token"}}))
    gone: Any = {"ConditionExpression": CONDITIONS["DeleteItem"], "ExpressionAttributeNames": {"#mark": MARK}}
    client.delete_item(TableName=FOREIGN, Key={"k": {"S": f"{WORD}1"}}, **gone)
    client.get_item(TableName=FOREIGN, Key={"k": {"S": "anything"}})
    assert [sent for sent, _ in answers.sent] == ["PutItem", "PutItem", "DeleteItem", "GetItem"]


@pytest.mark.parametrize(
    "asked",
    [
        put(TableName="another"),
        put(Item={"k": {"S": "o-1"}, MARK: {"S": "token"}}),
        put(Item={"k": {"S": f"{WORD}1"}}),
        put(Item={"k": {"N": "1"}, MARK: {"S": "token"}}),
        put(ConditionExpression="attribute_exists(#key)"),
        put(ExpressionAttributeNames={"#key": "other", "#mark": MARK}),
        put(ExpressionAttributeNames={"#key": "k", "#mark": "k"}),
        {"TableName": FOREIGN, "Item": {"k": {"S": f"{WORD}1"}, MARK: {"S": "token"}}},
    ],
)
def test_nothing_else_is_put(answers: Answers, tmp_path: Path, asked: dict[str, Any]) -> None:
    """Another table, another key, no mark, or a condition that another item would pass: refused, and not sent."""
    with pytest.raises(RefusedError, match="PutItem"):
        answers.access(tmp_path).marker(KEYS).put_item(**asked)
    assert answers.sent == []


def test_a_canaries_client_makes_no_other_change(answers: Answers, tmp_path: Path) -> None:
    """Of all operations that change anything, none is let out but the writes of canaries."""
    client = answers.access(tmp_path).marker(KEYS)
    for operation, kind in KINDS.items():
        if kind is not Kind.READ:
            asked, _ = parameters(MODEL.operation_model(operation), None)
            with pytest.raises(RefusedError):
                client._make_api_call(operation, asked)
    assert answers.sent == []
