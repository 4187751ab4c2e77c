"""A person's table on a machine within this process, and checks of it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from dynadrill.drills.checking.acting import check_on
from dynadrill.drills.checking.asked import Asked, make_check
from dynadrill.drills.checking.folder import CheckFolder, Jumps
from dynadrill.drills.checking.judging import judge_check
from dynadrill.drills.checking.result import CheckVerdict
from dynadrill.drills.checking.work import Given
from dynadrill.drills.targets import embedded
from dynadrill.drills.targets.access import Access
from dynadrill.drills.targets.embedded import EmbeddedTarget, Parts
from dynadrill.drills.watch import SilentWatch, Watch

ITEMS = 30
TABLE = "orders"


@dataclass
class Person:
    """Somebody who has a table on a machine; everything but the checks is done by clients without a guard."""

    folder: Path
    jumps: Jumps = field(default_factory=Jumps)
    numbers: Iterator[int] = field(default_factory=count)
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.base = embedded.within(run_id="none", folder=self.folder, seed=1, starts_at=1.79e9, on_jump=self.jumps)

    @property
    def clock(self) -> Any:
        """The machine's."""
        return self.base.clock

    def client(self, service: str = "dynamodb", region: str = "us-east-1") -> Any:
        """A boto3 client without a guard."""
        if (service, region) not in self.clients:
            made: Any = boto3.client(
                service, region_name=region, endpoint_url="http://embedded.invalid",  # type: ignore[call-overload]
                aws_access_key_id="dynadrill", aws_secret_access_key="any",
            )  # fmt: skip
            answering: Any = self.base._access.place.answering
            made.meta.events.register("before-send", lambda request, **_: answering(request))
            self.clients[service, region] = made
        return self.clients[service, region]

    def target(self, run_id: str, folder: Path) -> EmbeddedTarget:
        """The machine as a run with this id reaches it."""
        access = Access(self.base._access.place, run_id, folder, self.clock, frozenset({TABLE}))
        return EmbeddedTarget(access, self.clock, None, self.base.world, Parts())  # type: ignore[arg-type]

    def create(self, *, recovery: bool = True, items: int = ITEMS, **more: Any) -> None:
        """A table with an index and some settings, and items that say when they were written."""
        db = self.client()
        names = ("id", "city")
        db.create_table(
            TableName=TABLE,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            Tags=[{"Key": "team", "Value": "shop"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_city",
                    "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            **more,
        )
        if recovery:
            specification = {"PointInTimeRecoveryEnabled": True}
            db.update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=specification)
        for number in range(items):
            self.put(number)
        self.clock.wait(400.0, "until the window has moved on")

    def put(self, number: int, total: int = 1) -> None:
        """Write one order, which then says when it was written."""
        item = {
            "id": {"S": f"o-{number}"},
            "city": {"S": f"city {number % 3}"},
            "total": {"N": str(total)},
            "updated_at": {"N": f"{self.clock.now():.6f}"},
        }
        self.client().put_item(TableName=TABLE, Item=item)

    def check(
        self, watch: Watch | None = None, given: Given | None = None, **asked: Any
    ) -> tuple[CheckVerdict, CheckFolder]:
        """Check the table as the command would, and judge what is on disk."""
        number = next(self.numbers)
        folder = CheckFolder(self.folder / f"check-{number}")
        folder.path.mkdir()
        run_id = f"check{number:03}"
        target = self.target(run_id, folder.path)
        read = make_check(Asked(**{"table": TABLE, "target": "http://127.0.0.1:1", **asked}), {})
        try:
            check_on(read, target, folder, run_id, watch or SilentWatch(), self.jumps, given)
        finally:
            target.close()
        return judge_check(folder), folder

    def everything(self) -> list[str]:
        """The tables and buckets that there are, in every Region that checks here touch."""
        regions = ("us-east-1", "eu-west-1")
        tables = [name for region in regions for name in self.client(region=region).list_tables()["TableNames"]]
        return tables + [bucket["Name"] for bucket in self.client("s3").list_buckets()["Buckets"]]


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """Somebody with a table of 30 orders, recovery switched on, shared by the tests of a file."""
    found = Person(tmp_path_factory.mktemp("person"))
    found.create()
    return found


@pytest.fixture(scope="module")
def passed(person: Person) -> CheckFolder:
    """The folder of a check that passed, to be copied and broken."""
    verdict, folder = person.check(against="export")
    assert verdict.verdict == "pass", verdict.because
    return folder


@pytest.fixture
def evidence(passed: CheckFolder, tmp_path: Path) -> CheckFolder:
    """The evidence of a check that passed, of this test alone."""
    shutil.copytree(passed.path, tmp_path / "evidence")
    return CheckFolder(tmp_path / "evidence")
