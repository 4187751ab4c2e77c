"""Faults on demand: what each does to a request, whom it hits, how often; as boto3 sees them."""

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from dynadrill.drills.targets.in_process import READ_TIMEOUT_S, Answering
from dynadrill.drills.timemachine.calls import Call
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.operations import OPERATIONS
from dynadrill.drills.timemachine.services import BY_SIGNATURE, BY_TARGET
from dynadrill.drills.timemachine.shapes import model_of
from dynadrill.drills.timemachine.throttling import THROUGHPUT_OPERATIONS

from .support import START_AT, items, make_table, put

KEY = {"id": {"S": "a"}}


@pytest.fixture
def orders(machine: TimeMachine, db: Any) -> Any:
    """A client of a machine that has the tables Orders and Users."""
    make_table(db, "Orders")
    make_table(db, "Users")
    return db


def add(machine: TimeMachine, effect: Effect, **where: Any) -> Fault:
    """Switch a fault on."""
    return machine.fleet.faults.add(Fault(effect, **where))


def failure(call: Any, **members: Any) -> tuple[int, str]:
    """The status and the exception's name with which a call fails."""
    with pytest.raises(ClientError) as caught:
        call(**members)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


@pytest.mark.parametrize(
    ("operation", "members", "name"),
    [
        ("get_item", {"TableName": "Orders", "Key": KEY}, "ProvisionedThroughputExceededException"),
        ("put_item", {"TableName": "Orders", "Item": KEY}, "ProvisionedThroughputExceededException"),
        ("scan", {"TableName": "Orders"}, "ProvisionedThroughputExceededException"),
        (
            "transact_write_items",
            {"TransactItems": [{"Put": {"TableName": "Orders", "Item": KEY}}]},
            "ProvisionedThroughputExceededException",
        ),
        (
            "batch_write_item",
            {"RequestItems": {"Orders": [{"PutRequest": {"Item": KEY}}]}},
            "ProvisionedThroughputExceededException",
        ),
        ("describe_table", {"TableName": "Orders"}, "ThrottlingException"),
        ("create_backup", {"TableName": "Orders", "BackupName": "nightly"}, "ThrottlingException"),
        ("list_backups", {}, "ThrottlingException"),
    ],
)
def test_a_throttled_call_is_refused_as_its_operation_is(
    machine: TimeMachine, orders: Any, operation: str, members: dict[str, Any], name: str
) -> None:
    """Throttling is a 400 with the exception that the operation declares, and nothing is done."""
    add(machine, Effect.THROTTLE)
    assert failure(getattr(orders, operation), **members) == (400, name)
    machine.fleet.faults.clear()
    assert orders.scan(TableName="Orders")["Items"] == []
    assert orders.list_backups()["BackupSummaries"] == []


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_the_exception_of_a_throttled_call_is_one_that_aws_declares(operation: str) -> None:
    """ProvisionedThroughputExceededException is used just where the service model declares it."""
    declared = {shape.name for shape in model_of("dynamodb").operation_model(operation).error_shapes}
    assert (operation in THROUGHPUT_OPERATIONS) == ("ProvisionedThroughputExceededException" in declared)


def test_the_sdk_retries_what_is_throttled(machine: TimeMachine, orders: Any) -> None:
    """A fault that strikes twice is over for a client that makes three attempts: boto3 knows the exceptions."""
    patient = boto3.client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 3, "mode": "standard"}),
    )
    patient.meta.events.register("before-send", Answering(machine))
    for effect in (Effect.THROTTLE, Effect.ERROR_BEFORE, Effect.DROP_BEFORE):
        add(machine, effect, operation="PutItem", times=2)
        put(patient, effect)
        assert not machine.fleet.faults
    assert set(items(orders, "Orders")) == {"throttle", "error-before", "drop-before"}


@pytest.mark.parametrize(
    ("effect", "error", "written"),
    [
        (Effect.ERROR_BEFORE, (500, "InternalServerError"), {}),
        (Effect.ERROR_AFTER, (500, "InternalServerError"), {"a": "v"}),
        (Effect.UNAVAILABLE, (503, "ServiceUnavailable"), {}),
    ],
)
def test_errors_of_the_service_before_and_after_the_write(
    machine: TimeMachine, orders: Any, effect: Effect, error: tuple[int, str], written: dict[str, str]
) -> None:
    """A 5xx says nothing of whether the write happened: before it did not, after it did."""
    add(machine, effect, operation="PutItem", times=1)
    assert failure(orders.put_item, TableName="Orders", Item={**KEY, "value": {"S": "v"}}) == error
    assert items(orders, "Orders") == written


@pytest.mark.parametrize(("effect", "written"), [(Effect.DROP_BEFORE, {}), (Effect.DROP_AFTER, {"a": "v"})])
def test_dropped_connections_before_and_after_the_write(
    machine: TimeMachine, orders: Any, effect: Effect, written: dict[str, str]
) -> None:
    """In process a dropped connection is botocore's own error; only after it is the write there."""
    add(machine, effect, operation="PutItem", times=1)
    with pytest.raises(ConnectionClosedError):
        put(orders, "a")
    assert items(orders, "Orders") == written


def test_latency_passes_in_target_time_within_a_process(machine: TimeMachine, clock: ManualClock, orders: Any) -> None:
    """An answer that is held back for 5 s comes 5 s of target time later, without waiting."""
    add(machine, Effect.LATENCY, operation="PutItem", seconds=5.0)
    put(orders, "a")
    assert clock.now() == START_AT + 5
    assert items(orders, "Orders") == {"a": "v"}


def test_latency_beyond_the_clients_patience_is_its_timeout(
    machine: TimeMachine, clock: ManualClock, orders: Any
) -> None:
    """An answer held back for longer than the client reads is a timeout, although the write happened."""
    add(machine, Effect.LATENCY, operation="PutItem", seconds=600.0)
    with pytest.raises(ReadTimeoutError):
        put(orders, "a")
    assert clock.now() == START_AT + READ_TIMEOUT_S
    assert items(orders, "Orders") == {"a": "v"}


def test_latency_also_holds_refusals_back(machine: TimeMachine, clock: ManualClock, orders: Any) -> None:
    """A refused call is as slow as one that succeeds."""
    add(machine, Effect.LATENCY, seconds=5.0)
    assert failure(orders.get_item, TableName="Nope", Key=KEY) == (400, "ResourceNotFoundException")
    assert clock.now() == START_AT + 5


@pytest.mark.parametrize(
    ("where", "hit"),
    [
        ({}, True),
        ({"operation": "PutItem"}, True),
        ({"operation": "GetItem"}, False),
        ({"table": "Orders"}, True),
        ({"table": "Users"}, False),
        ({"region": "us-east-1"}, True),
        ({"region": "eu-west-1"}, False),
        ({"service": "dynamodb"}, True),
        ({"service": "s3"}, False),
        ({"operation": "PutItem", "table": "Users"}, False),
    ],
)
def test_a_fault_hits_what_it_names(machine: TimeMachine, orders: Any, where: dict[str, str], hit: bool) -> None:
    """Service, operation, table and Region each narrow a fault down; what is left out is any."""
    add(machine, Effect.ERROR_BEFORE, **where)
    if hit:
        assert failure(orders.put_item, TableName="Orders", Item=KEY)[0] == 500
    else:
        put(orders, "a")


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("get_item", {"TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/Users", "Key": KEY}),
        ("batch_get_item", {"RequestItems": {"Orders": {"Keys": [KEY]}, "Users": {"Keys": [KEY]}}}),
        (
            "transact_write_items",
            {"TransactItems": [{"Put": {"TableName": name, "Item": KEY}} for name in ("Orders", "Users")]},
        ),
        (
            "list_tags_of_resource",
            {"ResourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/Users"},
        ),
    ],
)
def test_a_fault_of_a_table_hits_every_call_that_names_it(
    machine: TimeMachine, orders: Any, operation: str, members: dict[str, Any]
) -> None:
    """A table is known by name or ARN, and in a batch or a transaction beside others."""
    add(machine, Effect.ERROR_BEFORE, table="Users")
    assert failure(getattr(orders, operation), **members)[0] == 500


def test_a_fault_ends_after_its_times(machine: TimeMachine, orders: Any) -> None:
    """Struck as often as was asked, a fault is gone; until then the list says how often it still strikes."""
    add(machine, Effect.ERROR_BEFORE, times=3)
    for left in (2, 1):
        assert failure(orders.scan, TableName="Orders")[0] == 500
        (fault,) = machine.fleet.faults.listed()
        assert (fault.times, fault.struck) == (left, 3 - left)
    assert failure(orders.scan, TableName="Orders")[0] == 500
    assert machine.fleet.faults.listed() == []
    orders.scan(TableName="Orders")


def outcomes(seed: int, probability: float) -> list[bool]:
    """Which of 400 calls a fault hits on a machine of a seed."""
    machine = TimeMachine(ManualClock(START_AT), seed=seed)
    add(machine, Effect.ERROR_BEFORE, probability=probability)
    answers = [machine.handle("DynamoDB_20120810.ListTables", b"{}", region="us-east-1") for _ in range(400)]
    return [answer.status == 500 for answer in answers]


def test_probability_is_drawn_from_the_seed() -> None:
    """The same seed hits the same calls, another one others; a tenth of 400 is some of them, one half is more."""
    assert outcomes(1, 0.1) == outcomes(1, 0.1)
    assert outcomes(1, 0.1) != outcomes(2, 0.1)
    assert 0 < sum(outcomes(1, 0.1)) < sum(outcomes(1, 0.5)) < 400
    assert sum(outcomes(1, 1.0)) == 400


def test_the_first_fault_that_is_drawn_strikes(machine: TimeMachine, orders: Any) -> None:
    """Of several faults in the way of one call only one strikes, in the order in which they were switched on."""
    add(machine, Effect.ERROR_BEFORE, times=1)
    add(machine, Effect.THROTTLE, times=1)
    assert failure(orders.scan, TableName="Orders")[0] == 500
    assert failure(orders.scan, TableName="Orders")[0] == 400
    orders.scan(TableName="Orders")


@pytest.mark.parametrize("effect", [Effect.FAIL, Effect.BACKUP_SKEW, Effect.TORN_TRANSACTION])
def test_faults_of_work_are_not_for_requests(machine: TimeMachine, orders: Any, effect: Effect) -> None:
    """A fault of a restore, a backup or an export stays for that work: no request uses it up."""
    add(machine, effect, times=1)
    put(orders, "a")
    assert items(orders, "Orders") == {"a": "v"}
    assert machine.fleet.faults.strike(effect, operation="RestoreTableToPointInTime", table="Orders", region="x")
    assert not machine.fleet.faults


def write(*keys: str, table: str = "Orders") -> dict[str, Any]:
    """A batch of puts."""
    return {table: [{"PutRequest": {"Item": {"id": {"S": key}, "value": {"S": "v"}}}} for key in keys]}


def test_a_part_of_a_batch_write_comes_back_unprocessed(machine: TimeMachine, orders: Any) -> None:
    """Every second write is left out and answered in UnprocessedItems; what is sent again is written."""
    add(machine, Effect.UNPROCESSED, times=1)
    answer = orders.batch_write_item(RequestItems={**write("a", "b", "c"), **write("d", table="Users")})
    assert answer["UnprocessedItems"] == {**write("b"), **write("d", table="Users")}
    assert items(orders, "Orders") == {"a": "v", "c": "v"}
    assert items(orders, "Users") == {}
    assert orders.batch_write_item(RequestItems=answer["UnprocessedItems"])["UnprocessedItems"] == {}
    assert items(orders, "Orders") == {"a": "v", "b": "v", "c": "v"}
    assert items(orders, "Users") == {"d": "v"}


def test_a_part_of_a_batch_read_comes_back_unprocessed(machine: TimeMachine, orders: Any) -> None:
    """Every second key is answered in UnprocessedKeys, with the options of its table."""
    put(orders, "a")
    put(orders, "b")
    add(machine, Effect.UNPROCESSED, times=1)
    asked = {"Keys": [{"id": {"S": "a"}}, {"id": {"S": "b"}}], "ConsistentRead": True}
    answer = orders.batch_get_item(RequestItems={"Orders": asked})
    assert [item["id"]["S"] for item in answer["Responses"]["Orders"]] == ["a"]
    assert answer["UnprocessedKeys"] == {"Orders": {"Keys": [{"id": {"S": "b"}}], "ConsistentRead": True}}
    answer = orders.batch_get_item(RequestItems=answer["UnprocessedKeys"])
    assert [item["id"]["S"] for item in answer["Responses"]["Orders"]] == ["b"]


def test_a_batch_of_one_is_throttled(machine: TimeMachine, orders: Any) -> None:
    """Where nothing of a batch can be done AWS refuses it as throttled (API reference of BatchWriteItem)."""
    add(machine, Effect.UNPROCESSED)
    assert failure(orders.batch_write_item, RequestItems=write("a")) == (
        400,
        "ProvisionedThroughputExceededException",
    )
    put(orders, "b")
    assert items(orders, "Orders") == {"b": "v"}


def test_a_wrong_batch_is_refused_whatever_faults_are_on(machine: TimeMachine, orders: Any) -> None:
    """Too many writes, no writes and no table are refused as without a fault."""
    add(machine, Effect.UNPROCESSED)
    assert failure(orders.batch_write_item, RequestItems=write(*map(str, range(26)))) == (400, "ValidationException")
    assert failure(orders.batch_write_item, RequestItems=write("a", "b", table="Nope")) == (
        400,
        "ResourceNotFoundException",
    )
    for body in (b"{}", b'{"RequestItems": 1}', b'{"RequestItems": {"Orders": 1}}', b"[", b'{"RequestItems": {}}'):
        answer = machine.handle("DynamoDB_20120810.BatchWriteItem", body, region="us-east-1")
        assert answer.status == 400


def test_reset_forgets_faults(machine: TimeMachine, orders: Any) -> None:
    """After a reset nothing goes wrong any more."""
    add(machine, Effect.ERROR_BEFORE)
    machine.fleet.outages.add("us-east-1")
    machine.reset()
    assert not machine.fleet.is_troubled
    assert orders.list_tables()["TableNames"] == []


@pytest.mark.parametrize("service", sorted({**BY_TARGET, **BY_SIGNATURE}))
@pytest.mark.parametrize("effect", [Effect.THROTTLE, Effect.ERROR_BEFORE, Effect.UNAVAILABLE])
def test_every_service_refuses_in_its_own_protocol(service: str, effect: Effect) -> None:
    """Whatever service meets a fault, its refusal is an answer of its protocol with a status of 400 or more."""
    machine = TimeMachine(ManualClock(START_AT))
    add(machine, effect)
    found = {**BY_TARGET, **BY_SIGNATURE}[service]
    authorization = f"AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/{found.name}/aws4_request"
    headers = {"authorization": authorization, "x-amz-target": f"{service}.Anything" if service in BY_TARGET else ""}
    answer = machine.respond(Call("POST", "h", "/", headers, b"{}"))
    assert answer.status >= 400
    assert answer.body
    assert answer.headers["Content-Type"]
