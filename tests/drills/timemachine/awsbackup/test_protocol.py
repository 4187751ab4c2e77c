"""The REST-JSON protocol: how calls are routed, read and refused, whatever a client sends."""

from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import boto3
import orjson
import pytest
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape
from dynadrill.drills.targets.shared_clock import SharedClock
from dynadrill.drills.timemachine.awsbackup.service import OPERATIONS
from dynadrill.drills.timemachine.calls import Answer, Call
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import START_AT, connect, make_table, put, refusal
from ..test_server import running
from .support import BACKED_UP_S, DURATIONS, ROLE, back_up, start_backup, wait

MODEL = ServiceModel(Loader().load_service_model("backup", "service-2"), "backup")
SIGNED = {"authorization": "AWS4-HMAC-SHA256 Credential=123456789012/20231114/us-east-1/backup/aws4_request, x=y"}
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"


def send(machine: TimeMachine, method: str, path: str, body: bytes = b"") -> Answer:
    """One raw call of AWS Backup."""
    return machine.respond(Call(method, "127.0.0.1", path, SIGNED, body))


def test_a_refusal_names_the_exception(machine: TimeMachine) -> None:
    """AWS restJson1: the exception's name stands in x-amzn-ErrorType and in Code, the text in Message."""
    answer = send(machine, "GET", "/backup-vaults/nowhere")
    assert answer.status == 400
    assert answer.headers["x-amzn-ErrorType"] == "ResourceNotFoundException"
    body = orjson.loads(answer.body)
    assert (body["Code"], "nowhere" in body["Message"]) == ("ResourceNotFoundException", True)


@pytest.mark.parametrize("operation", sorted(set(MODEL.operation_names) - set(OPERATIONS)))
def test_what_is_not_here_is_said(machine: TimeMachine, operation: str) -> None:
    """An operation that AWS Backup has and the machine does not says so, and is routed by its own path."""
    http = MODEL.operation_model(operation).http
    path = "/".join("x" if "{" in part else part for part in http["requestUri"].split("?")[0].split("/"))
    answer = send(machine, http["method"], path)
    assert answer.status == 400
    assert f"{operation} is not implemented by the dynadrill time machine" in orjson.loads(answer.body)["Message"]


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_is_reached_by_its_path(machine: TimeMachine, operation: str) -> None:
    """A call of each operation's method and path is that operation's: none hides behind another."""
    http = MODEL.operation_model(operation).http
    path = "/".join("xx" if "{" in part else part for part in http["requestUri"].split("/"))
    machine.fleet.faults.add(Fault(Effect.ERROR_BEFORE, service="backup", operation=operation))
    assert send(machine, http["method"], path).status == 500


def test_an_unknown_path_is_refused(machine: TimeMachine) -> None:
    """A path that no operation has is UnknownOperationException."""
    answer = send(machine, "PATCH", "/backup-vaults/vault")
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (400, "UnknownOperationException")


def test_an_arn_in_a_path_may_be_quoted_or_not(
    machine: TimeMachine, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """A recovery point is found whether its ARN's colons are percent-encoded or not."""
    point = back_up(backup, clock, table)
    for written in (point, quote(point, safe="")):
        assert send(machine, "GET", f"/backup-vaults/vault/recovery-points/{written}").status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "name"),
    [
        ("PUT", "/backup-jobs", b"{}", "MissingParameterValueException"),
        ("PUT", "/backup-jobs", b"{", "InvalidParameterValueException"),
        ("PUT", "/backup-jobs", b"[]", "InvalidParameterValueException"),
        ("PUT", "/account-settings", b'{"Surprise": 1}', "InvalidParameterValueException"),
        ("GET", "/backup-jobs/?maxResults=many", b"", "InvalidParameterValueException"),
        ("GET", "/backup-jobs/?maxResults=0", b"", "InvalidParameterValueException"),
        ("GET", "/backup-jobs/?maxResults=1001", b"", "InvalidParameterValueException"),
        ("GET", "/backup-jobs/?createdBefore=yesterday", b"", "InvalidParameterValueException"),
        ("GET", "/backup-jobs/?createdBefore=nan", b"", "InvalidParameterValueException"),
        ("GET", "/backup-jobs/?state=DONE", b"", "InvalidParameterValueException"),
        ("GET", "/backup/plans/?includeDeleted=perhaps", b"", "InvalidParameterValueException"),
        ("PUT", "/backup-vaults/x", b"{}", "InvalidParameterValueException"),
        ("PUT", "/backup-vaults/vault%0A", b"{}", "InvalidParameterValueException"),
    ],
)
def test_bad_members_are_refused(machine: TimeMachine, method: str, path: str, body: bytes, name: str) -> None:
    """Members that are missing, unknown, of another type or out of bounds: AWS Backup's own exceptions."""
    answer = send(machine, method, path, body)
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (400, name)


def test_a_missing_member_may_be_null(machine: TimeMachine) -> None:
    """A member that is null counts as not given."""
    body = orjson.dumps({"EncryptionKeyArn": None, "BackupVaultTags": None})
    assert send(machine, "PUT", "/backup-vaults/vault", body).status == 200


def test_an_operation_without_answer_has_no_body(machine: TimeMachine) -> None:
    """The model's status 204 comes with no body."""
    answer = send(machine, "DELETE", "/restore-testing/plans/none")
    assert (answer.status, answer.body) == (204, b"")


def test_faults_hit_a_table(machine: TimeMachine, db: Any, backup: Any, vault: str, table: str) -> None:
    """A fault on one table strikes the calls that name it, by ARN or as the target of a restore."""
    machine.fleet.faults.add(Fault(Effect.THROTTLE, service="backup", table="Orders"))
    refused = refusal(backup.start_backup_job, BackupVaultName=vault, ResourceArn=table, IamRoleArn=ROLE)
    assert refused[0] == "ThrottlingException"
    refused = refusal(backup.start_restore_job, RecoveryPointArn="x", Metadata={"TargetTableName": "Orders"})
    assert refused[0] == "ThrottlingException"
    make_table(db, "Other")
    start_backup(backup, table.replace("Orders", "Other"))


def test_a_region_that_is_down_answers_nothing(machine: TimeMachine, backup: Any, clock: ManualClock) -> None:
    """AWS Backup of a Region that is down is unavailable; that of another is not."""
    machine.fleet.outages.add("us-east-1")
    assert send(machine, "GET", "/backup-vaults/").status == 503
    assert connect(machine, "us-west-2", service="backup").list_backup_vaults()["BackupVaultList"] == []


WRONG = [None, 1, "x", [], {}, True, -1, 1e300, [1], {"a": 1}, "Ω" * 300]
VAULT = "arn:aws:backup:us-east-1:123456789012:backup-vault:vault"
BY_NAME: dict[str, list[Any]] = {
    "BackupVaultName": ["vault", "nope"],
    "SourceBackupVaultName": ["vault", "nope"],
    "TargetBackupVaultName": ["vault", "nope"],
    "DestinationBackupVaultArn": [VAULT, VAULT.replace("east-1", "west-2"), VAULT + "s"],
    "Policy": ['{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "backup:*"}}', "[", '{"Statement": 1}'],
    "Metadata": [{"targetTableName": "First"}, {"targetTableName": "Two", "encryptionType": "KMS"}, {"x": "y"}, {}],
    "RestoreMetadataOverrides": [{"encryptionType": "Default"}, {"x": "y"}],
    "ScheduleExpression": ["cron(0 * * * ? *)", "cron(0/10 1-5 ? * MON *)", "cron(0 0 L * ? *)", "cron(1"],
    "ScheduleExpressionTimezone": ["Etc/UTC", "Mars"],
    "StartWindowMinutes": [60, 600, 59],
    "StartWindowHours": [1, 24, 0],
    "ValidationWindowHours": [0, 1, 24],
    "SelectionWindowDays": [1, 30, 366],
    "IncludeVaults": [["*"], [VAULT]],
    "RecoveryPointTypes": [["SNAPSHOT"], ["CONTINUOUS", "SNAPSHOT"]],
    "Tags": [{"a": "b"}],
    "ByResourceType": ["DynamoDB", "EBS"],
    "ProtectedResourceType": ["DynamoDB", "EBS"],
    "ResourceType": ["DynamoDB", "EBS"],
    "RestoreTestingPlanName": ["plan", "nope"],
    "RestoreTestingSelectionName": ["sel", "nope"],
    "ProtectedResourceArns": [["*"], [TABLE], []],
    "Resources": [["*"], [TABLE], ["arn:aws:dynamodb:*:*:table/Or*"], ["[!"], []],
    "NextToken": ["0", "1", "x"],
}  # fmt: skip
ALWAYS = {
    "Algorithm",
    "IncludeVaults",
    "RecoveryPointTypes",
    "ProtectedResourceArns",
    "Resources",
    "Policy",
    "Lifecycle",
}
SELDOM = {
    "LogicallyAirGappedBackupVaultArn", "TargetLogicallyAirGappedBackupVaultArn", "BackupOptions", "Index",
    "IndexActions", "ScanActions", "EnableContinuousBackup", "AdvancedBackupSettings", "ScanSettings", "NextToken",
    "DeleteAfterEvent",
    "ByMessageCategory", "ByShared", "BackupVaultAccountId", "IdempotencyToken", "CopySourceTagsToRestoredResource",
    "MoveToColdStorageAfterDays", "NotResources", "ProtectedResourceConditions", "RestoreMetadataOverrides",
}  # fmt: skip
DAYS = [1, 5, 0, -1, 95, 40_000]
LEAVES: dict[str, list[Any]] = {
    "integer": [1, 5, 0, -1, 100],
    "long": DAYS,
    "boolean": [True, False],
    "timestamp": [START_AT],
    "string": ["abc", "a", ""],
}


class Requests:
    """Requests drawn from AWS's model, with identifiers that the machine gave among them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.is_careful = False
        """Whether the request at hand has no wrong members; what it names may still not be there."""
        self.known: dict[str, list[str]] = {"ResourceArn": [TABLE], "RecoveryPointArn": [TABLE]}

    def learn(self, found: Any) -> None:
        """Keep the identifiers and ARNs of an answer."""
        for name, value in found.items() if isinstance(found, dict) else []:
            if isinstance(value, str) and name.endswith(("Id", "Arn")):
                self.known.setdefault(name, []).append(value)
                self.known["ResourceArn"].append(value)
            self.learn(value)
            for each in value if isinstance(value, list) else []:
                self.learn(each)

    def drawn(self, shape: Shape, name: str = "") -> Any:
        """A value of a shape, or now and then one that is none."""
        if not self.is_careful and self.random.random() < 0.05:
            return self.random.choice(WRONG)
        choices = self.known.get(name, []) + BY_NAME.get(name, [])
        if choices and (self.is_careful or self.random.random() < 0.9):
            return self.random.choice(choices[-20:])
        match shape:
            case StructureShape():
                return {
                    member: self.drawn(each, member)
                    for member, each in shape.members.items()
                    if self.random.random() < self.share(member, shape)
                }
            case ListShape():
                return [self.drawn(shape.member) for _ in range(self.random.randint(0, 2))]
            case MapShape():
                keys = self.random.sample(["DynamoDB", "a", "b"], self.random.randint(0, 2))
                return {key: self.drawn(shape.value) for key in keys}
            case StringShape() if shape.enum and (self.is_careful or self.random.random() < 0.9):
                return self.random.choice(shape.enum)
        return self.random.choice(LEAVES[shape.type_name])

    def share(self, member: str, shape: StructureShape) -> float:
        """How often a member is given."""
        if member in shape.required_members or member in ALWAYS:
            return 1.0 if self.is_careful else 0.95
        return 0.02 if member in SELDOM else 0.2

    def request(self, operation: str) -> tuple[str, str, bytes]:
        """Method, path and body of a call of an operation."""
        model = MODEL.operation_model(operation)
        self.is_careful = self.random.random() < 0.7
        if model.input_shape is None:
            return model.http["method"], model.http["requestUri"], b""
        members = self.drawn(model.input_shape)
        path, query = model.http["requestUri"], []
        for member, shape in model.input_shape.members.items() if isinstance(members, dict) else []:
            name = shape.serialization.get("name", member)
            match shape.serialization.get("location"):
                case "uri":
                    path = path.replace(f"{{{name}}}", quote(str(members.pop(member, "x")), safe=""))
                case "querystring" if member in members:
                    query.append(f"{name}={quote(str(members.pop(member)))}")
        return model.http["method"], f"{path}?{'&'.join(query)}", orjson.dumps(members)


@pytest.mark.parametrize("seed", range(4))
def test_no_request_makes_it_fall_over(seed: int) -> None:
    """Bad input: whatever is asked, the answer is a success, or 400 with the name of an exception; never a 500."""
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock, seed=seed, durations=DURATIONS)
    db, backup = connect(machine), connect(machine, service="backup")
    make_table(db)
    put(db, "a")
    requests, answers = Requests(Random(seed)), {True: 0, False: 0}
    for _ in range(1500):
        if not backup.list_backup_vaults()["BackupVaultList"]:
            backup.create_backup_vault(BackupVaultName="vault")
            start_backup(backup, TABLE)
        operation = requests.random.choice(sorted(OPERATIONS))
        method, path, body = requests.request(operation)
        answer = send(machine, method, path, body)
        assert answer.status in {200, 201, 204, 400}, (operation, path, body, answer.body)
        assert (answer.status == 400) == bool(answer.headers.get("x-amzn-ErrorType")), (operation, answer)
        if answer.status != 400 and answer.body:
            requests.learn(orjson.loads(answer.body))
        answers[answer.status != 400] += 1
        wait(clock, requests.random.choice([0, 1, 30, 300, 3600]))
    assert min(answers.values()) > 100


@pytest.mark.slow
def test_it_answers_over_http(tmp_path: Path) -> None:
    """Over a socket too, an ARN with a slash in a path is one member: that of a native recovery point."""
    with SharedClock(tmp_path / "clock", create=True, start_at=START_AT) as clock:
        options = ("--port", "0", "--clock-file", str(clock.path), "--duration", "backup_job=100")
        with running(*options) as (_, port):
            db, backup = (
                boto3.client(
                    service,
                    region_name="us-east-1",
                    endpoint_url=f"http://127.0.0.1:{port}",
                    aws_access_key_id="123456789012",
                    aws_secret_access_key="secret",
                )
                for service in ("dynamodb", "backup")
            )
            make_table(db)
            backup.update_region_settings(ResourceTypeManagementPreference={"DynamoDB": False})
            backup.create_backup_vault(BackupVaultName="vault")
            job_id = start_backup(backup, TABLE)
            clock.set_forward(START_AT + 2 * BACKED_UP_S)
            point = backup.describe_backup_job(BackupJobId=job_id)["RecoveryPointArn"]
            assert point.startswith(f"{TABLE}/backup/")
            described = backup.describe_recovery_point(BackupVaultName="vault", RecoveryPointArn=point)
            assert described["Status"] == "COMPLETED"
