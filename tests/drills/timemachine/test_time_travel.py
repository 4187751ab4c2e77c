"""Tables, their recovery, backups and restores against a model of plain dictionaries, in any order of calls."""

from dataclasses import dataclass, field
from math import floor, inf, nextafter
from typing import Any

import orjson
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from .support import DAY_S

START_AT = 1_700_000_000.0
RESTORE_S = 5.0
NAMES = st.sampled_from(["Alpha", "Alpha", "Alpha", "Beta", "Beta", "Gamma"])
KEYS = st.lists(st.sampled_from("abcde"), min_size=1, max_size=3, unique=True)
JUMPS = st.sampled_from([0.5, 1.0, 1.0, 1.0, 2.0, 4.5, 6.0, 6.0, 6.0, 301.0, 301.0, 301.0, 2.0 * DAY_S, 34.0 * DAY_S])
State = dict[str, str]


@dataclass
class ModelTable:
    """What a table should be: every state that it ever had, and since when it is protected."""

    active_at: float = -inf
    fed_by: str = ""
    states: list[tuple[float, State]] = field(default_factory=lambda: [(-inf, {})])
    protected_at: int | None = None
    days: int = 35
    cut_off_at: float = -inf

    @property
    def items(self) -> State:
        """What it holds now."""
        return self.states[-1][1]

    def at(self, second: float) -> State:
        """What it held at a second."""
        return [state for at, state in self.states if at <= second][-1]

    def bounds(self, now: float) -> tuple[float, float]:
        """The first and the last second that can be restored."""
        start_at = self.protected_at or 0
        return max(start_at, self.cut_off_at, floor(now) - self.days * DAY_S), max(start_at, floor(now) - 300)


@dataclass
class ModelBackup:
    """What a backup should be."""

    arn: str
    kind: str
    made_at: float
    items: State

    def expires_at(self) -> float:
        """When it goes by itself."""
        return self.made_at + 35 * DAY_S if self.kind == "SYSTEM" else inf


class TimeTravel(RuleBasedStateMachine):
    """Each rule is one call: the model says which exception it gives, or what it leaves."""

    @initialize()
    def begin(self) -> None:
        """An empty machine, an empty model, and a table to begin with."""
        self.clock = ManualClock(START_AT)
        self.machine = TimeMachine(self.clock, durations={"restore": RESTORE_S})
        self.tables: dict[str, ModelTable] = {}
        self.backups: list[ModelBackup] = []
        self.last_at = -inf
        self.writes = 0
        self.create("Alpha")
        self.protect("Alpha", days=None)

    def call(self, operation: str, expected: str | None, **members: Any) -> Any:
        """Call and hold the answer against the exception that is predicted (None: it is accepted)."""
        answer = self.machine.handle(f"DynamoDB_20120810.{operation}", orjson.dumps(members), region="us-east-1")
        assert (answer.status, answer.headers.get("x-amzn-ErrorType")) == (200 if expected is None else 400, expected)
        return orjson.loads(answer.body)

    def is_there(self, name: str) -> bool:
        """Whether a table can be used."""
        table = self.tables.get(name)
        return table is not None and table.active_at <= self.clock.now()

    def taken(self, target: str) -> str | None:
        """Why a restore cannot have this target."""
        if target not in self.tables:
            return None
        return "TableAlreadyExistsException" if self.is_there(target) else "TableInUseException"

    def is_feeding(self, backup: ModelBackup) -> bool:
        """Whether a restore from it runs."""
        now = self.clock.now()
        return any(table.fed_by == backup.arn and table.active_at > now for table in self.tables.values())

    @rule(jump_s=JUMPS)
    def wait(self, jump_s: float) -> None:
        """Time passes."""
        self.clock.set_forward(self.clock.now() + jump_s)

    @rule(name=NAMES)
    def create(self, name: str) -> None:
        """CreateTable."""
        refused = "ResourceInUseException" if name in self.tables else None
        self.call(
            "CreateTable",
            refused,
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        if refused is None:
            self.tables[name] = ModelTable()

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        """DeleteTable."""
        if name not in self.tables:
            self.call("DeleteTable", "ResourceNotFoundException", TableName=name)
        elif not self.is_there(name):
            self.call("DeleteTable", "ResourceInUseException", TableName=name)
        else:
            self.call("DeleteTable", None, TableName=name)
            gone = self.tables.pop(name)
            if gone.protected_at is not None:
                found = self.call("ListBackups", None, BackupType="SYSTEM", TableName=name)["BackupSummaries"]
                known = {backup.arn for backup in self.backups}
                (arn,) = {summary["BackupArn"] for summary in found} - known
                self.backups.append(ModelBackup(arn, "SYSTEM", self.clock.now(), gone.items))

    @rule(name=NAMES, kind=st.sampled_from(["put", "update", "delete", "batch", "transaction", "refused"]), keys=KEYS)
    def write(self, name: str, kind: str, keys: list[str]) -> None:
        """A write of any kind, or a transaction whose condition fails."""
        self.writes += 1
        value = str(self.writes)
        after = dict(self.tables[name].items) if name in self.tables else {}
        operation, members = request(name, kind, keys, value, after)
        refused = None if self.is_there(name) else "ResourceNotFoundException"
        if kind == "refused" and refused is None:
            refused = "TransactionCanceledException"
        self.call(operation, refused, **members)
        if refused is None:
            self.last_at = max(self.last_at, self.clock.now())
            self.tables[name].states.append((self.last_at, after))

    @rule(name=NAMES, days=st.none() | st.sampled_from([1, 2, 35]))
    def protect(self, name: str, days: int | None) -> None:
        """Switch recovery on, or change its period."""
        refused = None if self.is_there(name) else "TableNotFoundException"
        period = {} if days is None else {"RecoveryPeriodInDays": days}
        wanted = {"PointInTimeRecoveryEnabled": True, **period}
        self.call("UpdateContinuousBackups", refused, TableName=name, PointInTimeRecoverySpecification=wanted)
        if refused is None:
            table, now = self.tables[name], self.clock.now()
            if table.protected_at is None:
                table.protected_at, table.days, table.cut_off_at = floor(now), days or 35, -inf
            elif days is not None:
                table.cut_off_at, _ = table.bounds(now)
                table.days = days

    @rule(name=NAMES)
    def unprotect(self, name: str) -> None:
        """Switch recovery off."""
        refused = None if self.is_there(name) else "TableNotFoundException"
        wanted = {"PointInTimeRecoveryEnabled": False}
        self.call("UpdateContinuousBackups", refused, TableName=name, PointInTimeRecoverySpecification=wanted)
        if refused is None:
            self.tables[name].protected_at = None

    @rule(data=st.data(), source=NAMES, into=NAMES)
    def travel(self, data: Any, source: str, into: str) -> None:
        """RestoreTableToPointInTime, to Latest or to an instant about which something happened."""
        table, now = self.tables.get(source), self.clock.now()
        earliest_at, latest_at = (START_AT, now - 300) if table is None else table.bounds(now)
        written = [at for at, _ in table.states if at > 0] if table is not None else []
        where = data.draw(st.sampled_from(["latest", "bounds", *["writes"] * 4]))
        about_at = data.draw(st.sampled_from(written if written and where == "writes" else [earliest_at, latest_at]))
        asked_at = latest_at if where == "latest" else about_at + data.draw(st.sampled_from([0.0, 0.0, -1.0, 0.5, 1.0]))
        time = {"UseLatestRestorableTime": True} if where == "latest" else {"RestoreDateTime": asked_at}
        refused = self.why_no_travel(table, source, into, floor(asked_at))
        described = self.call(
            "RestoreTableToPointInTime", refused, SourceTableName=source, TargetTableName=into, **time
        )
        if refused is None and table is not None:
            second = floor(asked_at)
            assert described["TableDescription"]["RestoreSummary"]["RestoreDateTime"] == second
            self.last_at = max(self.last_at, nextafter(second, inf))
            self.tables[into] = ModelTable(active_at=now + RESTORE_S, states=[(-inf, table.at(second))])

    @rule(name=NAMES)
    def look_back(self, name: str) -> None:
        """Restore the last seconds in which a table was written, and the ones before, all at once; then drop them."""
        table = self.tables.get(name)
        if table is None or not self.is_there(name) or table.protected_at is None:
            return
        self.wait(301)
        earliest_at, latest_at = table.bounds(self.clock.now())
        written = {floor(at) for at, _ in table.states[-4:] if at > 0}
        seconds = [at for at in sorted(written | {at - 1 for at in written}) if earliest_at <= at <= latest_at]
        for second in seconds:
            self.call(
                "RestoreTableToPointInTime",
                None,
                SourceTableName=name,
                TargetTableName=f"{name}.{second}",
                RestoreDateTime=second,
            )
        self.wait(RESTORE_S)
        for second in seconds:
            assert self.scanned(f"{name}.{second}") == table.at(second)
            self.call("DeleteTable", None, TableName=f"{name}.{second}")

    def scanned(self, name: str) -> State:
        """All items of a table."""
        found = self.call("Scan", None, TableName=name)["Items"]
        return {item["id"]["S"]: item["value"]["S"] for item in found}

    def why_no_travel(self, table: ModelTable | None, source: str, target: str, second: float) -> str | None:
        """Which exception refuses a restore, in AWS's order."""
        if table is None or not self.is_there(source):
            return "TableNotFoundException"
        if table.protected_at is None:
            return "PointInTimeRecoveryUnavailableException"
        earliest_at, latest_at = table.bounds(self.clock.now())
        if not earliest_at <= second <= latest_at:
            return "InvalidRestoreTimeException"
        return self.taken(target)

    @rule(name=NAMES)
    def back_up(self, name: str) -> None:
        """CreateBackup."""
        refused = None if self.is_there(name) else "TableNotFoundException"
        made = self.call("CreateBackup", refused, TableName=name, BackupName="nightly")
        if refused is None:
            arn = made["BackupDetails"]["BackupArn"]
            self.backups.append(ModelBackup(arn, "USER", self.clock.now(), self.tables[name].items))

    @precondition(lambda self: self.backups)
    @rule(data=st.data(), into=NAMES)
    def bring_back(self, data: Any, into: str) -> None:
        """RestoreTableFromBackup."""
        backup, now = data.draw(st.sampled_from(self.backups)), self.clock.now()
        refused = self.taken(into)
        if now >= backup.expires_at():
            refused = "BackupNotFoundException"
        elif refused is None and (self.is_feeding(backup) or (backup.kind == "USER" and now < backup.made_at + 0.05)):
            refused = "BackupInUseException"
        self.call("RestoreTableFromBackup", refused, TargetTableName=into, BackupArn=backup.arn)
        if refused is None:
            states = [(-inf, backup.items)]
            self.tables[into] = ModelTable(active_at=now + RESTORE_S, fed_by=backup.arn, states=states)

    @precondition(lambda self: self.backups)
    @rule(data=st.data())
    def drop_backup(self, data: Any) -> None:
        """DeleteBackup."""
        backup = data.draw(st.sampled_from(self.backups))
        refused = "BackupInUseException" if self.is_feeding(backup) else None
        if backup.kind == "SYSTEM":
            gone = self.clock.now() >= backup.expires_at()
            refused = "BackupNotFoundException" if gone else "ValidationException"
        self.call("DeleteBackup", refused, BackupArn=backup.arn)
        if refused is None:
            self.backups.remove(backup)

    @invariant()
    def tables_hold_what_they_should(self) -> None:
        """Every table that can be read is the model's; one that is being restored cannot be."""
        assert self.call("ListTables", None)["TableNames"] == sorted(self.tables)
        for name, table in self.tables.items():
            if self.is_there(name):
                assert self.scanned(name) == table.items
            else:
                self.call("Scan", "ResourceNotFoundException", TableName=name)

    @invariant()
    def backups_are_listed(self) -> None:
        """ListBackups has every backup that was not deleted and did not expire."""
        now = self.clock.now()
        found = self.call("ListBackups", None, BackupType="ALL")["BackupSummaries"]
        expected = {backup.arn for backup in self.backups if now < backup.expires_at()}
        assert {summary["BackupArn"] for summary in found} == expected

    def teardown(self) -> None:
        """What still was being restored is read when it is done."""
        self.wait(2 * RESTORE_S)
        self.tables_hold_what_they_should()


def item(key: str, value: str) -> Any:
    """An item of one attribute."""
    return {"id": {"S": key}, "value": {"S": value}}


def request(name: str, kind: str, keys: list[str], value: str, state: State) -> tuple[str, dict[str, Any]]:
    """A write's operation and members; what it leaves is laid over `state`."""
    first, rest = keys[0], keys[1:]
    update = {
        "TableName": name,
        "Key": {"id": {"S": first}},
        "UpdateExpression": "SET #v = :v",
        "ExpressionAttributeNames": {"#v": "value"},
        "ExpressionAttributeValues": {":v": {"S": value}},
    }
    put = [{"Put": {"TableName": name, "Item": item(key, value)}} for key in rest]
    match kind:
        case "put":
            state[first] = value
            return "PutItem", {"TableName": name, "Item": item(first, value)}
        case "update":
            state[first] = value
            return "UpdateItem", update
        case "delete":
            state.pop(first, None)
            return "DeleteItem", {"TableName": name, "Key": {"id": {"S": first}}}
        case "batch":
            state.pop(first, None)
            state |= dict.fromkeys(rest, value)
            requests: list[Any] = [{"PutRequest": {"Item": item(key, value)}} for key in rest]
            return "BatchWriteItem", {
                "RequestItems": {name: [*requests, {"DeleteRequest": {"Key": {"id": {"S": first}}}}]}
            }
        case "transaction":
            state |= dict.fromkeys(keys, value)
            return "TransactWriteItems", {"TransactItems": [*put, {"Update": update}]}
    never = {"TableName": name, "Key": {"id": {"S": first}}, "ConditionExpression": "attribute_exists(nothing)"}
    return "TransactWriteItems", {"TransactItems": [*put, {"ConditionCheck": never}]}


class TestTimeTravel(TimeTravel.TestCase):  # type: ignore[misc]  # hypothesis makes the class
    """S1-09, S1-65, S2-01: any calls in any order leave the model's states, and are refused as the model predicts."""

    settings = settings(max_examples=120, stateful_step_count=60, deadline=None)
