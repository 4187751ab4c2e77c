"""Every past state against a plain dictionary: random histories, restores to any second of them."""

import threading
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import orjson
from dynadrill.drills.timemachine.changelog import Change, ChangeLog, Version
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.rows import Rows
from hypothesis import given, settings
from hypothesis import strategies as st

from .support import START_AT

STARTED = int(START_AT)
KEYS = ("a", "b", "c", "d")


class Caller:
    """Raw requests to a machine, which must be accepted."""

    def __init__(self, machine: TimeMachine) -> None:
        self._machine = machine

    def __call__(self, operation: str, **members: Any) -> Any:
        """The answer's members."""
        answer = self._machine.handle(f"DynamoDB_20120810.{operation}", orjson.dumps(members), region="us-east-1")
        assert answer.status == 200, answer.body
        return orjson.loads(answer.body)

    def make_table(self) -> None:
        """A protected table."""
        self(
            "CreateTable",
            TableName="Orders",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        self.protect()

    def protect(self, **specification: Any) -> None:
        """Switch recovery on, with another period perhaps."""
        wanted = {"PointInTimeRecoveryEnabled": True, **specification}
        self("UpdateContinuousBackups", TableName="Orders", PointInTimeRecoverySpecification=wanted)

    def put(self, key: str, value: str) -> None:
        """Put an item."""
        self("PutItem", TableName="Orders", Item=item(key, value))

    def restore(self, second: int, target: str) -> None:
        """Ask for a restore."""
        self(
            "RestoreTableToPointInTime",
            SourceTableName="Orders",
            TargetTableName=target,
            RestoreDateTime=second,
        )

    def items(self, table: str) -> dict[str, str]:
        """All items: key to value."""
        found: dict[str, str] = {}
        more: dict[str, Any] = {}
        while True:
            page = self("Scan", TableName=table, **more)
            found |= {each["id"]["S"]: each["value"]["S"] for each in page["Items"]}
            if "LastEvaluatedKey" not in page:
                return found
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def item(key: str, value: str) -> dict[str, Any]:
    """An item of one attribute."""
    return {"id": {"S": key}, "value": {"S": value}}


def key_of(key: str) -> dict[str, Any]:
    """A key on the wire."""
    return {"id": {"S": key}}


def update_of(key: str, value: str) -> dict[str, Any]:
    """An update of the one attribute."""
    return {
        "TableName": "Orders",
        "Key": key_of(key),
        "UpdateExpression": "SET #v = :v",
        "ExpressionAttributeNames": {"#v": "value"},
        "ExpressionAttributeValues": {":v": {"S": value}},
    }


def write(call: Caller, kind: str, keys: list[str], value: str, model: dict[str, str]) -> None:
    """One request, of the machine and of the model."""
    match kind:
        case "put":
            call.put(keys[0], value)
            model[keys[0]] = value
        case "delete":
            call("DeleteItem", TableName="Orders", Key=key_of(keys[0]))
            model.pop(keys[0], None)
        case "update":
            call("UpdateItem", **update_of(keys[0], value))
            model[keys[0]] = value
        case "batch":
            requests: list[Any] = [{"PutRequest": {"Item": item(key, value)}} for key in keys[1:]]
            requests.append({"DeleteRequest": {"Key": key_of(keys[0])}})
            call("BatchWriteItem", RequestItems={"Orders": requests})
            model |= dict.fromkeys(keys[1:], value)
            model.pop(keys[0], None)
        case "transaction":
            put = {"Put": {"TableName": "Orders", "Item": item(keys[0], value)}}
            call("TransactWriteItems", TransactItems=[put, *({"Update": update_of(k, value)} for k in keys[1:])])
            model |= dict.fromkeys(keys, value)


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, 2.5]),
        st.sampled_from(["put", "delete", "update", "batch", "transaction"]),
        st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=60)
@given(STEPS, st.randoms(use_true_random=False))
def test_a_restore_to_any_second_is_the_fold_of_all_writes_up_to_it(
    steps: list[tuple[float, str, list[str]]], random: Random
) -> None:
    """S1-09, S1-65: for random histories, each second's restore equals a dictionary folded to that second."""
    clock = ManualClock(START_AT)
    call = Caller(TimeMachine(clock, durations={"restore": 1}))
    call.make_table()
    model: dict[str, str] = {}
    states = [(float(STARTED - 1), dict(model))]
    for number, (passed_s, kind, keys) in enumerate(steps):
        clock.set_forward(clock.now() + passed_s)
        write(call, kind, keys, str(number), model)
        states.append((clock.now(), dict(model)))
    last = int(clock.now()) + 1
    clock.set_forward(last + 301)
    seconds = sorted(random.sample(range(STARTED, last + 1), k=min(6, last + 1 - STARTED)))
    for second in seconds:
        call.restore(second, f"At{second}")
    clock.set_forward(clock.now() + 2)
    for second in seconds:
        expected = [state for at, state in states if at <= second][-1]
        assert call.items(f"At{second}") == expected
    assert call.items("Orders") == model


def test_what_is_out_of_reach_is_forgotten_and_the_rest_is_right() -> None:
    """The log does not grow beyond the window, and forgetting never changes a restorable state."""
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock, durations={"restore": 1})
    call = Caller(machine)
    call.make_table()
    call.protect(RecoveryPeriodInDays=1)
    for number in range(6000):
        clock.set_forward(clock.now() + 60)
        call.put(f"k{number % 7}", str(number))
    log = machine.fleet.at("123456789012", "us-east-1").tables["Orders"].log.changes
    assert len(log) < 2 * 1440 + ChangeLog.MIN_FORGOTTEN
    second = int(clock.now()) - 86_400 + 1
    written = (second - START_AT) // 60
    call.restore(second, "Restored")
    clock.set_forward(clock.now() + 2)
    expected = {f"k{number % 7}": str(number) for number in range(int(written) - 7, int(written))}
    assert call.items("Restored") == expected


def test_without_recovery_no_past_is_kept() -> None:
    """Versions that nobody can restore are let go of."""
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock)
    call = Caller(machine)
    call.make_table()
    specification = {"PointInTimeRecoveryEnabled": False}
    call("UpdateContinuousBackups", TableName="Orders", PointInTimeRecoverySpecification=specification)
    for number in range(5000):
        clock.set_forward(clock.now() + 0.1)
        call.put("a", str(number))
    log = machine.fleet.at("123456789012", "us-east-1").tables["Orders"].log.changes
    assert len(log) <= 2 * ChangeLog.MIN_FORGOTTEN


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=2), st.booleans()), max_size=200), st.integers(0, 200))
def test_rows_stay_in_order_and_pasts_are_exact(writes: list[tuple[bytes, bool]], reading_every: int) -> None:
    """DESIGN 8: whatever the order of puts, deletes and reads, a page is sorted and complete, and so is a past."""
    rows, log, model = Rows(), ChangeLog(), dict[bytes, int]()
    states: list[dict[bytes, int]] = [{}]
    for sequence, (key, is_put) in enumerate(writes):
        version = Version(sequence, float(sequence), key, b"x" if is_put else None, 3 if is_put else 0)
        old = rows.put(version)
        if old is not None or is_put:
            log.append(Change(old, version))
        if is_put:
            model[key] = sequence
        else:
            model.pop(key, None)
        states.append(dict(model))
        if reading_every and sequence % reading_every == 0:
            rows.page(b"", b"\xff" * 3, limit=1, size_bytes=10)
    page = rows.page(b"", b"\xff" * 3, limit=None, size_bytes=10**9)
    assert [version.key for version in page.versions] == sorted(model)
    assert rows.size_bytes == 3 * len(model)
    for at, state in enumerate(states):
        past = log.pin(rows.by_key, at - 1).work_out()
        assert {key: version.sequence for key, version in past.items()} == state


class TickingClock(ManualClock):
    """A clock that moves by a fixed step each time it is read."""

    STEP_S = 0.1

    def now(self) -> float:
        """One step later than before."""
        with self._lock:
            self._now += self.STEP_S
            return self._now


class Written(NamedTuple):
    """An acknowledged write of a pair of keys."""

    asked_at: float
    told_at: float
    value: str


def together(*jobs: Callable[[], None]) -> None:
    """Run jobs in threads at the same time; the first failure of any of them is raised."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], None]) -> None:
        barrier.wait()
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_restores_taken_while_eight_threads_write_are_exact() -> None:
    """S1-09, DESIGN 8: each restore is the acknowledged writes at its second; no transaction is torn, none later in."""
    clock = TickingClock(START_AT)
    machine = TimeMachine(clock, durations={"restore": 1})
    call = Caller(machine)
    call.make_table()
    described = call("DescribeContinuousBackups", TableName="Orders")["ContinuousBackupsDescription"]
    # Not the start: this clock moves whenever it is read, and the table has been made since.
    earliest = int(described["PointInTimeRecoveryDescription"]["EarliestRestorableDateTime"])
    written: list[list[Written]] = [[] for _ in range(8)]
    restored: list[int] = []
    writing = threading.Event()

    def writer(number: int) -> Callable[[], None]:
        def job() -> None:
            for value in map(str, range(150)):
                asked_at = clock.now()
                puts = [{"Put": {"TableName": "Orders", "Item": item(f"{number}{half}", value)}} for half in "xy"]
                call("TransactWriteItems", TransactItems=puts)
                written[number].append(Written(asked_at, clock.now(), value))

        return job

    def restorer() -> None:
        random = Random(1)
        while not writing.is_set() or len(restored) < 12:
            latest = int(clock.now()) - 300
            if latest > earliest:
                second = random.randint(earliest, latest)
                call.restore(second, f"Restored{len(restored)}")
                restored.append(second)
            writing.wait(0.002)

    def writers() -> None:
        try:
            together(*(writer(number) for number in range(8)))
        finally:
            writing.set()
            clock.set_forward(clock.now() + 1000)

    together(writers, restorer)
    clock.set_forward(clock.now() + 10)
    log = machine.fleet.at("123456789012", "us-east-1").tables["Orders"].log.changes
    assert [change.new.at for change in log] == sorted(change.new.at for change in log)
    assert len(log) == 8 * 150 * 2
    for number, second in enumerate(restored):
        found = call.items(f"Restored{number}")
        for writer_number, writes in enumerate(written):
            pair = {found.get(f"{writer_number}{half}") for half in "xy"}
            assert len(pair) == 1, "a torn transaction"
            assert pair <= admissible(writes, second)


def admissible(writes: list[Written], second: float) -> set[str | None]:
    """What one writer's key may hold at an instant: the last write told by then, or one that was under way."""
    done = [each.value for each in writes if each.told_at <= second]
    under_way = {each.value for each in writes if each.asked_at <= second < each.told_at}
    return under_way | {done[-1] if done else None}


def test_one_of_many_conditional_writers_wins() -> None:
    """Conditional writes are atomic: of 12 threads that create the same keys, each key has exactly one creator."""
    machine = TimeMachine(ManualClock(START_AT))
    call = Caller(machine)
    call.make_table()
    won: list[list[int]] = [[] for _ in range(12)]

    def creator(number: int) -> Callable[[], None]:
        def job() -> None:
            for key in range(40):
                body = orjson.dumps(
                    {
                        "TableName": "Orders",
                        "Item": item(str(key), str(number)),
                        "ConditionExpression": "attribute_not_exists(id)",
                    }
                )
                answer = machine.handle("DynamoDB_20120810.PutItem", body, region="us-east-1")
                if answer.status == 200:
                    won[number].append(key)
                else:
                    assert answer.headers["x-amzn-ErrorType"] == "ConditionalCheckFailedException"

        return job

    together(*(creator(number) for number in range(12)))
    assert sorted(key for keys in won for key in keys) == list(range(40))
    assert call.items("Orders") == {str(key): str(number) for number, keys in enumerate(won) for key in keys}


def test_no_increment_is_lost() -> None:
    """Updates and transactions are atomic: 10 threads that add one each leave the sum, also across two items."""
    call = Caller(TimeMachine(ManualClock(START_AT)))
    call.make_table()

    def add(key: str) -> dict[str, Any]:
        one = {":n": {"N": "1"}}
        return {
            "TableName": "Orders",
            "Key": key_of(key),
            "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": one,
        }

    def adder() -> None:
        for _ in range(20):
            call("UpdateItem", **add("alone"))
            call("TransactWriteItems", TransactItems=[{"Update": add("left")}, {"Update": add("right")}])

    together(*[adder] * 10)
    counts = {each["id"]["S"]: each["n"]["N"] for each in call("Scan", TableName="Orders")["Items"]}
    assert counts == {"alone": "200", "left": "200", "right": "200"}
