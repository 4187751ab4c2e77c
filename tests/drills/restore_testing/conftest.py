"""A person whose tables AWS Backup backs up and restores as a test every hour, on a machine served by this process."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from dynadrill.drills.timemachine.calls import Call, Scope, operation_in
from dynadrill.drills.timemachine.errors import AwsError
from dynadrill.drills.timemachine.machine import TimeMachine
from dynadrill.drills.timemachine.services import service_of

from ..targets.served import go_there, served_machine

ACCOUNT = "210987654321"
REGION, ELSEWHERE = "eu-west-1", "eu-central-1"
TABLE = "orders"
ITEMS = 25
HOUR_S = 3600
ROLE = f"arn:aws:iam::{ACCOUNT}:role/backup"


@dataclass
class Owner:
    """Somebody with a table of orders and a restore testing plan; `asked` is what the machine was asked."""

    url: str
    machine: TimeMachine
    asked: list[str] = field(default_factory=list)

    def client(self, service: str = "dynamodb", region: str = REGION) -> Any:
        """A plain client of the person's account."""
        return boto3.client(  # type: ignore[call-overload]
            service, endpoint_url=self.url, region_name=region, aws_access_key_id=ACCOUNT, aws_secret_access_key="any"
        )

    def now(self) -> float:
        """The machine's time."""
        return self.machine.clock.now()

    def wait(self, seconds: float) -> None:
        """Let the machine's time pass."""
        self.machine.clock.set_forward(self.now() + seconds)

    def put(self, number: int, total: int = 1) -> None:
        """Write one order, which then says when it was written."""
        item = {
            "id": {"S": f"o-{number}"},
            "city": {"S": f"city {number % 3}"},
            "total": {"N": str(total)},
            "updated_at": {"N": f"{self.now():.6f}"},
        }
        self.client().put_item(TableName=TABLE, Item=item)

    def start(self) -> None:
        """Make the table, back it up, and have it tested every hour."""
        names = ("id", "city")
        index = {
            "IndexName": "by_city",
            "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        self.client().create_table(
            TableName=TABLE,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[index],
            Tags=[{"Key": "team", "Value": "shop"}],
        )
        for number in range(ITEMS):
            self.put(number)
        self.wait(300)  # so that no item was written within the boundary of the backup
        backup = self.client("backup")
        backup.create_backup_vault(BackupVaultName="nightly")
        arn = self.client().describe_table(TableName=TABLE)["Table"]["TableArn"]
        backup.start_backup_job(BackupVaultName="nightly", ResourceArn=arn, IamRoleArn=ROLE)
        self.wait(200)
        selection = {
            "Algorithm": "LATEST_WITHIN_WINDOW",
            "IncludeVaults": ["*"],
            "RecoveryPointTypes": ["SNAPSHOT"],
        }
        plan = {
            "RestoreTestingPlanName": "hourly",
            "ScheduleExpression": "cron(0 * * * ? *)",
            "RecoveryPointSelection": selection,
        }
        backup.create_restore_testing_plan(RestoreTestingPlan=plan)
        choice = {
            "RestoreTestingSelectionName": "tables",
            "IamRoleArn": ROLE,
            "ProtectedResourceType": "DynamoDB",
            "ProtectedResourceArns": ["*"],
            "ValidationWindowHours": 4,
        }
        backup.create_restore_testing_selection(RestoreTestingPlanName="hourly", RestoreTestingSelection=choice)

    def job(self) -> dict[str, Any]:
        """A test restore that has just completed."""
        self.wait((self.now() // HOUR_S + 1) * HOUR_S + 120 - self.now())
        found: dict[str, Any] = self.client("backup").list_restore_jobs()["RestoreJobs"][0]
        assert (found["Status"], found["ValidationStatus"]) == ("COMPLETED", "VALIDATING")
        return found

    def described(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job as it is now."""
        found: dict[str, Any] = self.client("backup").describe_restore_job(RestoreJobId=job["RestoreJobId"])
        return found


def event_of(job: dict[str, Any], **detail: Any) -> dict[str, Any]:
    """EventBridge's event of a job that completed, with all that AWS Backup puts into it."""

    def told(at: datetime) -> str:
        return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    return {
        "version": "0",
        "id": "5a9d1f2e-0000-0000-0000-000000000000",
        "detail-type": "Restore Job State Change",
        "source": "aws.backup",
        "account": job["AccountId"],
        "time": told(job["CompletionDate"]),
        "region": REGION,
        "resources": [job["RecoveryPointArn"]],
        "detail": {
            "restoreJobId": job["RestoreJobId"],
            "backupSizeInBytes": str(job["BackupSizeInBytes"]),
            "creationDate": told(job["CreationDate"]),
            "iamRoleArn": job["IamRoleArn"],
            "percentDone": 100,
            "resourceType": "DynamoDB.FullyManaged",
            "status": job["Status"],
            "createdResourceArn": job["CreatedResourceArn"],
            "completionDate": told(job["CompletionDate"]),
            "restoreTestingPlanArn": job["CreatedBy"]["RestoreTestingPlanArn"],
            "backupVaultArn": job["BackupVaultArn"],
            "recoveryPointArn": job["RecoveryPointArn"],
            "sourceResourceArn": job["SourceResourceArn"],
            **detail,
        },
    }


def name_of(call: Call, scope: Scope) -> str:
    """A call as IAM names its action, also one of a service that the machine does not have."""
    try:
        service = service_of(call, scope)
    except AwsError:
        signed_as = call.headers["authorization"].split("/")[3]
        operation = operation_in(call) or call.path.rpartition("/operation/")[2]
        return f"{'cloudwatch' if signed_as == 'monitoring' else signed_as}:{operation}"
    return f"{service.name}:{service.operation(call)}"


@pytest.fixture(scope="module")
def owner() -> Iterator[Owner]:
    """The person, with everything made; shared by the tests of a file."""
    with served_machine() as (url, machine):
        made = Owner(url, machine)
        answered = machine._answered

        def recorded(call: Call, scope: Scope) -> Any:
            made.asked.append(name_of(call, scope))
            return answered(call, scope)

        machine._answered = recorded  # type: ignore[method-assign]
        made.start()
        yield made


@pytest.fixture(autouse=True)
def _there(owner: Owner, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    go_there(monkeypatch, owner.url, ACCOUNT)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.chdir(tmp_path)
