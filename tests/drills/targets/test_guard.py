"""The guard: nothing that the run did not create is changed, by any operation, under any parameter."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import orjson
import pytest
from botocore import xform_name
from botocore.exceptions import ConnectionClosedError
from botocore.model import OperationModel, Shape
from dynadrill.drills.errors import RefusedError
from dynadrill.drills.target import Connection, call_log
from dynadrill.drills.targets import clients
from dynadrill.drills.targets.access import Access
from dynadrill.drills.targets.operations import ITEM_OPERATIONS, KINDS, Kind, table_of

from .conftest import PREFIX, Answers, error

MODEL = botocore.session.Session().get_service_model("dynamodb")
OURS, FOREIGN = f"{PREFIX}table", "VerySuperImportantTable"
ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/"
NAMES_TABLES = re.compile(r"^(Source|Target|Global|)Table(Name|Arn|SourceArn)$|^(Resource|Backup|BulkOperation)Arn$")
CHANGING = sorted(operation for operation in MODEL.operation_names if KINDS.get(operation) is not Kind.READ)
KEY = {"k": {"S": "x"}}
ITEMS: dict[str, Any] = {"AttributeValue": KEY["k"], "AttributeMap": KEY, "Key": KEY, "PutItemInputAttributeMap": KEY}
NAMING_CHANGES = [operation for operation in CHANGING if KINDS[operation] is not Kind.STATEMENT]


def named(member: str, table: str) -> str:
    """A table as a parameter of this name would have it."""
    if member == "BackupArn":
        return f"{ARN}{table}/backup/01489602797149-73d8d5bc"
    return f"{ARN}{table}" if member.endswith("Arn") else table


def example(shape: Shape, tables: Iterator[str], member: str = "") -> Any:
    """Parameters of a shape, whole as far as they matter: every table that they can name is the next of `tables`."""
    if shape.name in ITEMS:
        return ITEMS[shape.name]
    match shape.type_name:
        case "structure":
            wanted = {
                name: inner
                for name, inner in shape.members.items()
                if name in shape.required_members or _names(inner, name)
            }
            return {name: example(inner, tables, name) for name, inner in wanted.items()}
        case "list":
            return [example(shape.member, tables, member)]
        case "map":
            key = next(tables) if member == "RequestItems" else "key"
            return {key: example(shape.value, tables)}
        case "string" if member == "S3Bucket":
            return f"{PREFIX}exports"
        case "string":
            of_enum = next(iter(getattr(shape, "enum", None) or ()), "x" * max(1, shape.metadata.get("min", 1)))
            return named(member, next(tables)) if NAMES_TABLES.match(member) else of_enum
    return {"boolean": True, "timestamp": 0}.get(shape.type_name, 1)


def _names(shape: Shape, member: str, seen: tuple[str, ...] = ()) -> bool:
    """Whether a table is named anywhere in a shape."""
    if shape.name in seen or shape.name == "AttributeValue":
        return False
    if NAMES_TABLES.match(member) or member == "RequestItems":
        return True
    inner: dict[str, Shape] = {}
    if shape.type_name == "structure":
        inner = dict(shape.members)
    elif shape.type_name == "list":
        inner = {member: shape.member}
    return any(_names(one, name, (*seen, shape.name)) for name, one in inner.items())


def parameters(operation: OperationModel, foreign: int | None) -> tuple[dict[str, Any], int]:
    """Parameters that name our table everywhere, at the n-th place somebody else's; and how many places there are."""
    count = 0

    def tables() -> Iterator[str]:
        nonlocal count
        while True:
            count += 1
            yield FOREIGN if count - 1 == foreign else OURS

    made = example(operation.input_shape, tables())
    return made, count


def call(access: Access, operation: str, asked: dict[str, Any], client: str = "control") -> Any:
    """Make a call by its name."""
    return getattr(getattr(access, client)(), xform_name(operation))(**asked)


def cases() -> list[Any]:
    """Every place of every changing operation at which a table can be named."""
    places = [(op, place) for op in NAMING_CHANGES for place in range(parameters(MODEL.operation_model(op), None)[1])]
    return [pytest.param(op, place, id=f"{op}-{place}") for op, place in places]


def test_every_operation_is_known_to_read_or_to_change() -> None:
    """The guard's table has every operation of botocore's model, and calls none a read that is named like a change."""
    assert set(MODEL.operation_names) <= set(KINDS), "botocore has operations that the guard does not know"
    reads = {operation for operation, kind in KINDS.items() if kind is Kind.READ}
    named_so = re.compile(r"^(Describe|List|Get|BatchGet|TransactGet|Query|Scan|SearchVectors)")
    assert {operation for operation in KINDS if named_so.match(operation)} == reads
    assert set(KINDS) >= ITEM_OPERATIONS


def test_every_changing_operation_names_something() -> None:
    """No changing operation is without a place at which its table is named, PartiQL's apart."""
    assert not [op for op in NAMING_CHANGES if parameters(MODEL.operation_model(op), None)[1] == 0]


@pytest.mark.parametrize(("operation", "place"), cases())
def test_one_foreign_name_is_enough_to_be_refused(answers: Answers, tmp_path: Path, operation: str, place: int) -> None:
    """Wherever a changing call can name a table, one that is not ours refuses it, and nothing is sent."""
    access = answers.access(tmp_path)
    access.inventory.tables.add(OURS)
    asked, _ = parameters(MODEL.operation_model(operation), place)
    for client in ("control", "data"):
        with pytest.raises(RefusedError, match=operation) as caught:
            call(access, operation, asked, client)
        assert PREFIX in caught.value.hint
    assert answers.sent == []
    assert FOREIGN not in access.inventory.tables


@pytest.mark.parametrize("operation", NAMING_CHANGES)
def test_what_is_ours_may_be_changed(answers: Answers, tmp_path: Path, operation: str) -> None:
    """With our own names at every place each changing operation is sent."""
    access = answers.access(tmp_path)
    access.inventory.tables.add(OURS)
    asked, _ = parameters(MODEL.operation_model(operation), None)
    call(access, operation, asked)
    assert [sent for sent, _ in answers.sent] == [operation]


@pytest.mark.parametrize("operation", sorted(set(MODEL.operation_names) - set(CHANGING)))
def test_reading_is_free(answers: Answers, tmp_path: Path, operation: str) -> None:
    """What changes nothing may be asked of anybody's table."""
    asked, _ = parameters(MODEL.operation_model(operation), 0)
    call(answers.access(tmp_path), operation, asked)
    assert [sent for sent, _ in answers.sent] == [operation]


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("ExecuteStatement", {"Statement": f'DELETE FROM "{OURS}" WHERE k = 1'}),
        ("ExecuteStatement", {"Statement": f' update "{OURS}" set a = 1 where k = 1'}),
        ("BatchExecuteStatement", {"Statements": [{"Statement": 'SELECT * FROM "a"'}, {"Statement": "INSERT INTO b"}]}),
        ("ExecuteTransaction", {"TransactStatements": [{"Statement": "selection into b"}]}),
        ("ExecuteTransaction", {"TransactStatements": []}),
    ],
)  # fmt: skip
def test_partiql_may_only_select(answers: Answers, tmp_path: Path, operation: str, asked: dict[str, Any]) -> None:
    """A statement whose table we would have to guess is let through only when it selects."""
    access = answers.access(tmp_path)
    access.inventory.tables.add(OURS)
    with pytest.raises(RefusedError, match="PartiQL"):
        access.data()._make_api_call(operation, asked)
    assert answers.sent == []
    access.data().execute_statement(Statement=f'\n Select * FROM "{FOREIGN}"')
    assert len(answers.sent) == 1


def test_an_operation_nobody_knows_is_refused(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What AWS adds tomorrow is refused until somebody has said what it changes."""
    monkeypatch.delitem(KINDS, "DeleteTable")
    access = answers.access(tmp_path)
    access.inventory.tables.add(OURS)
    with pytest.raises(RefusedError, match="not known"):
        access.control().delete_table(TableName=OURS)
    assert answers.sent == []


def create(access: Access, name: str) -> Any:
    """Ask for a table."""
    return access.control().create_table(
        TableName=name, KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}], AttributeDefinitions=[]
    )


def test_a_table_is_ours_from_before_it_exists(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table is in the inventory when its creation is sent, and stays there when the answer is lost."""
    access = answers.access(tmp_path)
    known: list[bool] = []

    def says(operation: str, sent: Any) -> tuple[int, bytes]:
        known.append(access.inventory.owns(OURS))
        raise ConnectionClosedError(endpoint_url="nowhere")

    answers.says = says
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    with pytest.raises(ConnectionClosedError):
        create(access, OURS)
    assert all(known)
    assert known
    assert access.inventory.owns(OURS)


def test_a_name_that_was_taken_is_not_ours(answers: Answers, tmp_path: Path) -> None:
    """A table that was there before us is taken out again, so that it is neither changed nor deleted."""
    access = answers.access(tmp_path)
    answers.says = lambda operation, sent: error("ResourceInUseException")
    with pytest.raises(access.control().exceptions.ResourceInUseException):
        create(access, OURS)
    with pytest.raises(RefusedError):
        access.control().delete_table(TableName=OURS)
    answers.says = lambda operation, sent: error("TableAlreadyExistsException")
    access.inventory.tables.add(FOREIGN)
    with pytest.raises(access.control().exceptions.TableAlreadyExistsException):
        access.control().restore_table_to_point_in_time(SourceTableName=FOREIGN, TargetTableName=OURS)
    assert not access.inventory.owns(OURS)


def test_our_own_table_stays_ours_when_it_is_asked_for_twice(answers: Answers, tmp_path: Path) -> None:
    """That a name is taken says nothing against us where we took it, in an earlier call or in a lost attempt."""
    access = answers.access(tmp_path)
    create(access, OURS)
    answers.says = lambda operation, sent: error("ResourceInUseException")
    with pytest.raises(access.control().exceptions.ResourceInUseException):
        create(access, OURS)
    assert access.inventory.owns(OURS)


def test_a_lost_first_attempt_is_ours(answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a retry, a taken name was taken by the attempt whose answer was lost."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    access = answers.access(tmp_path)
    said = iter([error("InternalServerError", 500), error("ResourceInUseException")])
    answers.says = lambda operation, sent: next(said)
    with pytest.raises(access.control().exceptions.ResourceInUseException):
        create(access, OURS)
    assert access.inventory.owns(OURS)


def test_a_backup_of_ours_is_ours(answers: Answers, tmp_path: Path) -> None:
    """The ARN of a backup is learnt from the answer, and only such a backup may be deleted."""
    access = answers.access(tmp_path)
    access.inventory.tables.add(OURS)
    arn = named("BackupArn", "a-table-of-another-name")
    answers.says = lambda operation, sent: (200, orjson.dumps({"BackupDetails": {"BackupArn": arn}}))
    with pytest.raises(RefusedError):
        access.control().delete_backup(BackupArn=arn)
    access.control().create_backup(TableName=OURS, BackupName="mine")
    access.control().delete_backup(BackupArn=arn)
    assert access.inventory.backups == {arn}


@pytest.mark.parametrize("source", ["SourceTableName", "SourceTableArn", "BackupArn"])
def test_restoring_from_a_foreign_table_is_allowed_by_name(answers: Answers, tmp_path: Path, source: str) -> None:
    """A restore may read a foreign table where it was named beforehand; the new name must still be ours."""
    access = answers.access(tmp_path, may_restore_from=frozenset({FOREIGN}))
    restore = (
        access.control().restore_table_from_backup
        if source == "BackupArn"
        else access.control().restore_table_to_point_in_time
    )
    restore(**{source: named(source, FOREIGN), "TargetTableName": OURS})
    assert access.inventory.owns(OURS)
    with pytest.raises(RefusedError):
        restore(**{source: named(source, "another"), "TargetTableName": f"{PREFIX}two"})
    with pytest.raises(RefusedError):
        restore(**{source: named(source, FOREIGN), "TargetTableName": "another"})
    with pytest.raises(RefusedError):
        access.control().delete_table(TableName=FOREIGN)
    assert access.inventory.tables == {OURS}


def test_a_load_process_knows_its_tables_by_their_prefix(
    answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A load process may change items of the run's tables, and can neither create nor touch another's."""
    place = clients.Place("http://nowhere.invalid", "us-east-1", answers)
    monkeypatch.setattr(clients, "Place", lambda *_, **__: place)
    client = clients.client_for_load(Connection("http://nowhere.invalid", "us-east-1", PREFIX, str(tmp_path)))
    client.put_item(TableName=OURS, Item={"k": {"S": "1"}})
    with pytest.raises(RefusedError):
        client.put_item(TableName=FOREIGN, Item={"k": {"S": "1"}})
    with pytest.raises(RefusedError):
        client.create_table(TableName=OURS, KeySchema=[], AttributeDefinitions=[])
    with pytest.raises(RefusedError):
        client.restore_table_to_point_in_time(SourceTableName=OURS, TargetTableName=f"{PREFIX}b")
    with pytest.raises(RefusedError):
        client.delete_backup(BackupArn=named("BackupArn", OURS))
    assert [operation for operation, _ in answers.sent] == ["PutItem"]


def test_what_was_refused_is_in_the_call_log(answers: Answers, tmp_path: Path) -> None:
    """A refused call of the control plane leaves a line that says so."""
    with pytest.raises(RefusedError):
        answers.access(tmp_path).control().delete_table(TableName=FOREIGN)
    (line,) = map(orjson.loads, call_log(tmp_path).read_bytes().splitlines())
    assert (line["operation"], line["tables"], line["outcome"]) == ("DeleteTable", [FOREIGN], "refused")


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("Music", "Music"),
        (f"{ARN}Music", "Music"),
        (f"{ARN}Music/backup/01489602797149-73d8d5bc", "Music"),
        (f"{ARN}Music/stream/2026-11-21T00:00:00.000", "Music"),
        ("arn:aws:dynamodb::123456789012:global-table/Music", "Music"),
        ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket"),
        ("table/Music", "table/Music"),
    ],
)
def test_a_table_is_known_by_name_and_by_arn(name: str, table: str) -> None:
    """Names and ARNs of tables, backups and streams lead to the table; other texts lead to no table."""
    assert table_of(name) == table
