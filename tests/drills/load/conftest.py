"""What the load's tests share: a table in memory that answers like DynamoDB, and a clock without hands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.alias import Alias
from dynadrill.drills.history import Who
from dynadrill.drills.load.perform import Writer
from dynadrill.drills.load.virtual import Users
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.scenario import Workload
from dynadrill.drills.target import Connection, Target, table_prefix
from dynadrill.drills.targets.clocks import JumpingClock, VirtualClock
from dynadrill.drills.targets.open import open_target
from dynadrill.drills.targets.shared_clock import SharedClock
from dynadrill.drills.values import key_of
from dynadrill.fixtures.important_table import VerySuperImportantTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RUN = "loadtest"
STARTS_AT = 1_700_000_000.0


def refused(code: str, status: int = 400) -> ClientError:
    """What botocore raises for an answer that is no success."""
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutItem")


@dataclass
class Fake:
    """A client whose tables are in memory: by table name, then by key.

    `before` is called as each request arrives, with the method's name; what it raises is what the caller gets, and
    what it answers (for a batch: entries not to process) is left undone.
    """

    key_attributes: tuple[str, ...] = ("ImportantId",)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    before: Callable[[str, dict[str, Any]], list[Any] | None] = lambda method, parameters: None

    def get_item(self, **asked: Any) -> dict[str, Any]:
        """Answer the item under a key, if there is one."""
        self._arrived("get_item", asked)
        item = self._rows(asked["TableName"]).get(key_of(asked["Key"], self.key_attributes))
        return {} if item is None else {"Item": item}

    def put_item(self, **asked: Any) -> dict[str, Any]:
        """Put an item, if its condition holds."""
        self._arrived("put_item", asked)
        rows, key = self._rows(asked["TableName"]), key_of(asked["Item"], self.key_attributes)
        if "ConditionExpression" in asked and key in rows:
            raise refused("ConditionalCheckFailedException")
        rows[key] = asked["Item"]
        return {}

    def update_item(self, **asked: Any) -> dict[str, Any]:
        """Set the attributes of an item that exists."""
        self._arrived("update_item", asked)
        rows, key = self._rows(asked["TableName"]), key_of(asked["Key"], self.key_attributes)
        if key not in rows:
            raise refused("ConditionalCheckFailedException")
        names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
        sets = [part.split(" = ") for part in asked["UpdateExpression"].removeprefix("SET ").split(", ")]
        rows[key] = {**rows[key], **{names[name]: values[value] for name, value in sets}}
        return {}

    def delete_item(self, **asked: Any) -> dict[str, Any]:
        """Delete what is under a key."""
        self._arrived("delete_item", asked)
        self._rows(asked["TableName"]).pop(key_of(asked["Key"], self.key_attributes), None)
        return {}

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:
        """Put several items."""
        self._arrived("transact_write_items", asked)
        for put in (entry["Put"] for entry in asked["TransactItems"]):
            self._rows(put["TableName"])[key_of(put["Item"], self.key_attributes)] = put["Item"]
        return {}

    def batch_write_item(self, **asked: Any) -> dict[str, Any]:
        """Put and delete several items, but for the entries that `before` answers."""
        left = self._arrived("batch_write_item", asked) or []
        ((table, entries),) = asked["RequestItems"].items()
        assert 0 < len(entries) <= 25
        for entry in entries:
            if entry not in left:
                self._apply(self._rows(table), entry)
        return {"UnprocessedItems": {table: left} if left else {}}

    def _apply(self, rows: dict[str, Any], entry: dict[str, Any]) -> None:
        if "PutRequest" in entry:
            rows[key_of(entry["PutRequest"]["Item"], self.key_attributes)] = entry["PutRequest"]["Item"]
        else:
            rows.pop(key_of(entry["DeleteRequest"]["Key"], self.key_attributes), None)

    def _rows(self, table: str) -> dict[str, Any]:
        return self.tables.setdefault(table, {})

    def _arrived(self, method: str, asked: dict[str, Any]) -> list[Any] | None:
        self.calls.append(method)
        return self.before(method, asked)


@pytest.fixture
def fake() -> Fake:
    """A table in memory."""
    return Fake()


@pytest.fixture
def refusal() -> Callable[..., ClientError]:
    """Makes what botocore raises for an answer that is no success, of a code and a status."""
    return refused


@pytest.fixture
def jumps() -> list[tuple[float, float, str]]:
    """What the clock was moved over."""
    return []


@pytest.fixture
def clock(jumps: list[tuple[float, float, str]]) -> VirtualClock:
    """A clock that moves when it is read or told to."""
    return VirtualClock(STARTS_AT, lambda *jump: jumps.append(jump))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """The folder of part files."""
    return tmp_path / "history"


@pytest.fixture
def writer(fake: Fake, clock: VirtualClock, history: Path) -> Iterator[Writer]:
    """A user who writes to the table in memory, with the part file `part`."""
    with Recorder(history, "part") as recorder:
        yield Writer(Who.LOAD, recorder, fake, clock)  # type: ignore[arg-type] # a client by its methods


@dataclass
class Served:
    """A run folder with an alias, a clock and a history of its own, and a real table in service."""

    folder: Path
    alias: Alias
    table: str
    control: "DynamoDBClient"
    clock: JumpingClock
    connection: Connection

    def users(self, users: int, rate_per_s: float) -> Users:
        """So many users of the table."""
        return Users(VerySuperImportantTable(), Workload(users, rate_per_s), seed=7, items=200)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The time machine's server."""
    target = open_target(
        "embedded",
        run_id=RUN,
        folder=tmp_path_factory.mktemp("machine"),
        pace="real",
        starts_at=0.0,
        seed=7,
        on_jump=lambda *_: None,
    )
    yield target
    target.close()


@pytest.fixture(scope="module")
def real_table(machine: Target) -> str:
    """A table of `VerySuperImportantTable` on the server, without items."""
    name, control = f"{table_prefix(RUN)}users", machine.control()
    control.create_table(TableName=name, **VerySuperImportantTable().table())
    while control.describe_table(TableName=name)["Table"]["TableStatus"] != "ACTIVE":
        machine.clock.wait(1.0, "until the table is there")
    return name


@pytest.fixture
def served(machine: Target, real_table: str, tmp_path: Path) -> Iterator[Served]:
    """The real table in service, in a run folder of its own. The clock moves nobody but the load."""
    alias = Alias(tmp_path / "alias")
    alias.point_to(real_table)
    assert machine.connection is not None
    with (
        Recorder(tmp_path / "history", "drill") as recorder,
        SharedClock(tmp_path / "clock", create=True) as shared,
    ):
        connection = replace(machine.connection, clock_file=str(shared.path))
        clock = JumpingClock(shared, recorder.jump)
        yield Served(tmp_path, alias, real_table, machine.control(), clock, connection)
