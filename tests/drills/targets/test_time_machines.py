"""The time machine of a test: its clients, its clock, its faults, and that it touches nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from dynadrill.drills.errors import UsageError
from dynadrill.drills.targets.time_machines import START_AT, LocalTimeMachine
from moto import mock_aws

OTHER_ACCOUNT = "999999999999"


@pytest.fixture
def machine() -> LocalTimeMachine:
    """A machine whose restores take a minute."""
    return LocalTimeMachine(durations={"restore": 60})


def make_table(client: Any, name: str = "Orders") -> None:
    """A table with a string key."""
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_a_restore_in_a_test(machine: LocalTimeMachine) -> None:
    """S3-14: what a user's test does: protect, write, damage, let time pass, restore, look."""
    dynamodb = machine.client("dynamodb")
    make_table(dynamodb)
    dynamodb.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    machine.advance(60)
    dynamodb.put_item(TableName="Orders", Item={"id": {"S": "1"}, "state": {"S": "paid"}})
    machine.advance(60)
    before = machine.now()
    machine.advance(60)
    dynamodb.delete_item(TableName="Orders", Key={"id": {"S": "1"}})
    machine.advance(600)
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName="Restored", RestoreDateTime=before
    )
    machine.advance(60)
    assert dynamodb.scan(TableName="Restored")["Items"] == [{"id": {"S": "1"}, "state": {"S": "paid"}}]
    assert dynamodb.scan(TableName="Orders")["Items"] == []


def test_resources_work_too(machine: LocalTimeMachine) -> None:
    """boto3's resources are answered by the machine, and its batch writer sends again what comes back unprocessed."""
    make_table(machine.client("dynamodb"))
    table = machine.resource("dynamodb").Table("Orders")
    machine.fault("unprocessed", operation="BatchWriteItem", times=4)
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"id": str(number)})
    assert {item["id"] for item in table.scan()["Items"]} == set(map(str, range(60)))
    assert not machine.faults


def test_neighbours_are_there_too(machine: LocalTimeMachine) -> None:
    """S3 and STS of the same machine: an object with an awkward key comes back, and the caller is the session's."""
    s3 = machine.client("s3")
    s3.create_bucket(Bucket="exports")
    s3.put_object(Bucket="exports", Key="a b/ü+%.json", Body=b"{}")
    assert s3.get_object(Bucket="exports", Key="a b/ü+%.json")["Body"].read() == b"{}"
    assert [each["Key"] for each in s3.list_objects_v2(Bucket="exports")["Contents"]] == ["a b/ü+%.json"]
    assert machine.session(account=OTHER_ACCOUNT).client("sts").get_caller_identity()["Account"] == OTHER_ACCOUNT
    machine.fault("throttle", service="s3", times=1)
    impatient = machine.client("s3", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(ClientError, match="SlowDown"):
        impatient.list_buckets()


def test_regions_and_accounts_are_apart(machine: LocalTimeMachine) -> None:
    """A session is of one account, and its clients of a Region each: they see their own tables only."""
    make_table(machine.client("dynamodb"))
    elsewhere = machine.client("dynamodb", region_name="eu-west-1")
    other = machine.session(account=OTHER_ACCOUNT).client("dynamodb")
    assert elsewhere.list_tables()["TableNames"] == other.list_tables()["TableNames"] == []
    make_table(other)
    described = other.describe_table(TableName="Orders")["Table"]
    assert described["TableArn"] == f"arn:aws:dynamodb:us-east-1:{OTHER_ACCOUNT}:table/Orders"


@pytest.mark.parametrize("account", ["", "12345", "abcdefghijkl", "1234567890123"])
def test_an_account_has_twelve_digits(machine: LocalTimeMachine, account: str) -> None:
    """Bad input: what is no account is refused, not taken for another."""
    with pytest.raises(UsageError, match="is no account"):
        machine.session(account=account)


def test_the_clock_stands_still_until_it_is_moved(machine: LocalTimeMachine) -> None:
    """It begins at one instant and moves by seconds or a timedelta, neither back nor out of the calendar."""
    assert machine.now() == START_AT == datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    assert machine.now() == START_AT
    assert machine.advance(1.5) == START_AT + 1.5
    assert machine.advance(timedelta(days=1)) == machine.now() == START_AT + 86_401.5
    for wrong in (-1, float("nan"), timedelta(seconds=-1), float("inf"), 1e12):
        with pytest.raises(UsageError):
            machine.advance(wrong)
    assert machine.now() == START_AT + 86_401.5


@pytest.mark.parametrize(
    "start_at", [1_600_000_000, "2020-09-13T12:26:40Z", datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)]
)
def test_time_can_begin_anywhere(start_at: Any) -> None:
    """The first instant is given as epoch seconds, as text or as a datetime."""
    assert LocalTimeMachine(start_at=start_at).now() == 1_600_000_000


@pytest.mark.parametrize(
    "options",
    [
        {"start_at": datetime(2020, 1, 1)},
        {"start_at": "2020-01-01T00:00:00"},
        {"start_at": "yesterday"},
        {"durations": {"reset": 5}},
        {"durations": {"restore": -5}},
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    """Bad input: a local time, no time, and durations that there are not."""
    with pytest.raises(UsageError):
        LocalTimeMachine(**options)


def test_moving_the_clock_lets_things_happen(machine: LocalTimeMachine) -> None:
    """What falls due happens when the test moves the clock, not with the next request."""
    happened: list[float] = []
    journal = machine.machine.fleet.journal
    journal.agenda.add(START_AT + 10, lambda: happened.append(journal.now()))
    machine.advance(20)
    assert happened == [START_AT + 10]


def test_things_go_wrong_on_demand(machine: LocalTimeMachine) -> None:
    """Faults and lost Regions are a call each, and a reset ends them; what is no fault is refused."""
    dynamodb = machine.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    make_table(dynamodb)
    machine.fault("throttle", operation="GetItem", times=1)
    with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
        dynamodb.get_item(TableName="Orders", Key={"id": {"S": "1"}})
    machine.outages.add("us-east-1")
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        dynamodb.list_tables()
    with pytest.raises(UsageError, match="no operation"):
        machine.fault("throttle", operation="PutItems")
    machine.reset()
    assert dynamodb.list_tables()["TableNames"] == []


def test_a_clients_own_patience_counts(machine: LocalTimeMachine) -> None:
    """A client that reads for 2 s times out on an answer that is held back for 3 s; 2 s have passed, none for real."""
    impatient = machine.client("dynamodb", config=Config(read_timeout=2, retries={"total_max_attempts": 1}))
    machine.fault("latency", seconds=3)
    with pytest.raises(ReadTimeoutError):
        impatient.list_tables()
    assert machine.now() == START_AT + 2
    machine.client("dynamodb").list_tables()
    assert machine.now() == START_AT + 5


def test_other_clients_are_not_touched(machine: LocalTimeMachine) -> None:
    """Nothing is patched: a client of moto's mock beside it has tables of its own, and so has a second machine."""
    make_table(machine.client("dynamodb"))
    assert LocalTimeMachine().client("dynamodb").list_tables()["TableNames"] == []
    with mock_aws():
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        mocked = boto3.client("dynamodb", region_name="us-east-1", **keys)
        assert mocked.list_tables()["TableNames"] == []
        make_table(mocked, "Mocked")
        assert machine.client("dynamodb").list_tables()["TableNames"] == ["Orders"]


def test_the_users_environment_is_not_looked_at(monkeypatch: pytest.MonkeyPatch, machine: LocalTimeMachine) -> None:
    """A profile that is not there, keys, an endpoint and FIPS in the environment change nothing."""
    confused = {
        "AWS_PROFILE": "nobody-has-this-profile",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_ACCESS_KEY_ID": OTHER_ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:2",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "HTTP_PROXY": "http://127.0.0.1:3",
    }
    for name, value in confused.items():
        monkeypatch.setenv(name, value)
    dynamodb = machine.client("dynamodb")
    make_table(dynamodb)
    assert dynamodb.describe_table(TableName="Orders")["Table"]["TableArn"].split(":")[3:5] == [
        "us-east-1",
        "123456789012",
    ]
