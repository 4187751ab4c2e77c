"""SSM, KMS and STS of the machine."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.timemachine.machine import Call, ManualClock, TimeMachine

from ..support import START_AT, connect, make_table


def test_a_parameter(machine: TimeMachine) -> None:
    """A parameter that says which table is in use is put, read, changed and listed by versions."""
    ssm = connect(machine, service="ssm")
    ssm.put_parameter(Name="/app/table", Value="Orders", Type="String")
    ssm.put_parameter(Name="/app/table", Value="Orders-restored", Type="String", Overwrite=True)
    found = ssm.get_parameter(Name="/app/table")["Parameter"]
    assert (found["Value"], found["Version"]) == ("Orders-restored", 2)
    assert [each["Value"] for each in ssm.get_parameters_by_path(Path="/app")["Parameters"]] == ["Orders-restored"]


def test_a_parameter_is_of_an_account_and_region(machine: TimeMachine) -> None:
    """Other accounts and Regions do not see it, nor do other machines."""
    connect(machine, service="ssm").put_parameter(Name="p", Value="v", Type="String")
    others = [
        connect(machine, "eu-west-1", service="ssm"),
        connect(machine, account="222222222222", service="ssm"),
        connect(TimeMachine(ManualClock(START_AT)), service="ssm"),
    ]
    for other in others:
        with pytest.raises(other.exceptions.ParameterNotFound):
            other.get_parameter(Name="p")


def test_a_key_encrypts(machine: TimeMachine) -> None:
    """A key encrypts and decrypts, and is known by its alias."""
    kms = connect(machine, service="kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
    packed = kms.encrypt(KeyId="alias/mine", Plaintext=b"secret")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=packed)["Plaintext"] == b"secret"
    assert key["Arn"].startswith("arn:aws:kms:us-east-1:123456789012:key/")


def test_a_key_is_deleted_in_target_time(machine: TimeMachine) -> None:
    """A key is to be deleted so many days of target time from now."""
    kms = connect(machine, service="kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    asked = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)["DeletionDate"].timestamp()
    assert asked == pytest.approx(START_AT + 7 * 86_400)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_key_is_of_an_account_and_region(machine: TimeMachine) -> None:
    """Other Regions and machines have no such key."""
    key = connect(machine, service="kms").create_key()["KeyMetadata"]["KeyId"]
    for other in (connect(machine, "eu-west-1", service="kms"), connect(TimeMachine(ManualClock(0)), service="kms")):
        with pytest.raises(other.exceptions.NotFoundException):
            other.describe_key(KeyId=key)


TAKEN_AND_GIVEN = [("disable_key", ["enable_key"]), ("schedule_key_deletion", ["cancel_key_deletion", "enable_key"])]


@pytest.mark.parametrize("named", ["Arn", "KeyId", "alias"])
@pytest.mark.parametrize(("lock", "unlock"), TAKEN_AND_GIVEN)
def test_a_key_that_goes_locks_its_tables(machine: TimeMachine, named: str, lock: str, unlock: list[str]) -> None:
    """A table whose key is disabled or about to be deleted is inaccessible, until the key is back."""
    kms, db = connect(machine, service="kms"), connect(machine)
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    master = "alias/mine" if named == "alias" else key[named]
    make_table(db, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": master})

    def status() -> str:
        found: str = db.describe_table(TableName="Orders")["Table"]["TableStatus"]
        return found

    kms.disable_key(KeyId=other)
    assert status() == "ACTIVE"
    getattr(kms, lock)(KeyId=key["KeyId"])
    assert status() == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    for call in unlock:
        getattr(kms, call)(KeyId=key["Arn"])
    assert status() == "ACTIVE"


def test_who_one_is(machine: TimeMachine) -> None:
    """The account is that of the access key."""
    assert connect(machine, account="222222222222", service="sts").get_caller_identity()["Account"] == "222222222222"


def test_a_role_of_another_account(machine: TimeMachine) -> None:
    """The keys that AssumeRole gives are those of the role's account, for an hour of target time."""
    sts = connect(machine, service="sts")
    assumed = sts.assume_role(RoleArn="arn:aws:iam::333333333333:role/path/drill", RoleSessionName="me")
    keys = assumed["Credentials"]
    assert keys["Expiration"].timestamp() == int(START_AT) + 3600
    assert assumed["AssumedRoleUser"]["Arn"] == "arn:aws:sts::333333333333:assumed-role/drill/me"
    db = connect(machine, account=keys["AccessKeyId"])
    schema = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
    keyed: Any = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
    arn = db.create_table(TableName="Orders", **schema, **keyed)["TableDescription"]["TableArn"]
    assert ":333333333333:" in arn


def test_reset_forgets_them(machine: TimeMachine) -> None:
    """A reset forgets parameters and keys."""
    ssm, kms = connect(machine, service="ssm"), connect(machine, service="kms")
    ssm.put_parameter(Name="p", Value="v", Type="String")
    kms.create_key()
    machine.reset()
    assert ssm.describe_parameters()["Parameters"] == []
    assert kms.list_keys()["Keys"] == []


@pytest.mark.parametrize(
    ("service", "call", "members", "code"),
    [
        ("ssm", "get_parameter", {"Name": "nope"}, "ParameterNotFound"),
        ("kms", "describe_key", {"KeyId": "nope"}, "NotFoundException"),
        (
            "sts",
            "assume_role",
            {"RoleArn": "arn:aws:iam::1:role/xxxxxx", "RoleSessionName": "me"},
            "ValidationException",
        ),
        ("sts", "get_session_token", {}, "UnknownOperationException"),
    ],
)
def test_refusals(machine: TimeMachine, service: str, call: str, members: Any, code: str) -> None:
    """Refusals come in the service's own protocol."""
    with pytest.raises(ClientError) as caught:
        getattr(connect(machine, service=service), call)(**members)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("service", ["AmazonSSM", "TrentService"])
@pytest.mark.parametrize("operation", [".GetParameter", ".Encrypt", ".Nope", ".", ""])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"\xff", b'{"Name":5}', b'{"KeyId":5,"Plaintext":5}'])
def test_bad_calls(machine: TimeMachine, service: str, operation: str, body: bytes) -> None:
    """Whatever is asked of SSM or KMS, the answer is one: never a 500."""
    headers = {"host": "127.0.0.1", "x-amz-target": service + operation}
    answer = machine.respond(Call("POST", "127.0.0.1", "/", headers, body))
    assert answer.status < 500, answer


def test_a_service_that_is_not_here(machine: TimeMachine) -> None:
    """A service that the machine does not have is refused by name."""
    with pytest.raises(ClientError) as caught:
        connect(machine, service="sqs").list_queues()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize(
    ("service", "operation", "found"),
    [("iam", "list_roles", "operation ListRoles of IAM"), ("sns", "list_topics", "service sns"),
     ("lambda", "list_functions", "service lambda"), ("sqs", "list_queues", "AmazonSQS.ListQueues")],
)  # fmt: skip
def test_a_service_that_is_not_here_says_so(machine: TimeMachine, service: str, operation: str, found: str) -> None:
    """A client of another service reads in its own protocol, XML or JSON, that the machine does not have it."""
    with pytest.raises(ClientError, match=f"the dynadrill time machine has no .*{found}") as caught:
        getattr(connect(machine, service=service), operation)()
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


def test_a_request_that_is_for_no_service_says_what_is_missing(machine: TimeMachine) -> None:
    """A form sent by hand is told that it is not signed, and where to read on."""
    answer = machine.respond(Call("POST", "h", "/", {"content-type": "application/x-www-form-urlencoded"}, b"{}"))
    assert answer.status == 400
    assert b"not signed" in answer.body
