"""The one seam to the world: what a drill asks of the place it runs on. `targets/` implements it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .clock import Clock
from .marked_keys import MarkedKeys
from .promise import Boundary, Method

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from .snapshots.source import LiveTable


class TargetKind(StrEnum):
    """Whose seconds and whose semantics a number comes from."""

    EMBEDDED = "embedded"
    SERVED = "served"
    """A time machine that somebody serves: `dynadrill serve`."""
    ENDPOINT = "endpoint"
    AWS = "aws"


class Capability(StrEnum):
    """What a target can or cannot do; declared or probed, never assumed."""

    POINT_IN_TIME = "point_in_time"
    ON_DEMAND_BACKUP = "on_demand_backup"
    STREAMS = "streams"
    TIME_TO_LIVE = "time_to_live"
    GLOBAL_TABLES = "global_tables"
    EXPORT_TO_S3 = "export_to_s3"
    IMPORT_FROM_S3 = "import_from_s3"
    AWS_BACKUP = "aws_backup"
    KEYS = "keys"
    OUTAGES = "outages"


@dataclass(frozen=True)
class Connection:
    """How another process reaches the same tables at the same target time: what a load process is handed, as JSON.

    `endpoint_url` is None on AWS. `clock_file` is the shared clock with the control words of the load. `as_user`:
    with the credentials that boto3 finds, wherever the calls go.
    """

    endpoint_url: str | None
    region: str
    table_prefix: str
    clock_file: str
    as_user: bool = False


class World(Protocol):
    """What can be done to a target beside calling its services."""

    def lose_region(self, region: str) -> None:
        """Take a Region down: every call to it fails until it is brought back."""
        ...

    def bring_back_region(self, region: str) -> None:
        """Bring a Region back."""
        ...

    def lost_regions(self) -> list[str]:
        """The Regions that are down."""
        ...

    def set_lag(self, least_s: float, most_s: float | None = None) -> None:
        """Let replicated writes take so long, each between the two drawn from the seed."""
        ...

    def pause_replication(self) -> None:
        """Hold replicated writes."""
        ...

    def resume_replication(self) -> None:
        """Let them arrive again."""
        ...

    def add_fault(self, effect: str, **where: object) -> int:
        """Let something fail from now on; the answer is the fault's number."""
        ...

    def mend(self) -> None:
        """Put right whatever the run has made go wrong."""
        ...


class Target(Protocol):
    """One place where drills run.

    Every client it hands out refuses calls that would change what this run did not create (`RefusedError`), and
    writes control-plane calls to the run's call log.
    """

    name: str
    """What answers: `embedded`, `http://127.0.0.1:8000`, `aws:eu-west-1`, `aws:eu-west-1 at http://127.0.0.1:8000`."""
    kind: TargetKind
    clock: Clock
    connection: Connection | None
    """None where only this process can reach the target: the embedded one in virtual pace."""
    region: str
    """The home Region: where a drill begins, and what clients are in unless another is named."""
    world: "World | None"
    """What no API of AWS brings about: a lost Region, replication that is held. None where nobody can."""

    @property
    def account(self) -> str:
        """The account that calls go to, where it can be asked; else empty."""
        ...

    def data(self, region: str | None = None) -> "DynamoDBClient":
        """A client that never retries (every attempt is its own op) and answers items in wire form."""
        ...

    def control(self, region: str | None = None) -> "DynamoDBClient":
        """A client for tables, backups and settings that retries what was throttled."""
        ...

    def service(self, name: str, region: str | None = None) -> Any:
        """A client of a service beside DynamoDB, by boto3's name: `dynamodbstreams`, `backup`, `s3`, `kms`, `ssm`."""
        ...

    def reader(self, table: str, region: str | None = None, connections: int = 1) -> "LiveTable":
        """Any table, or an index of one (`NAME/index/INDEX`), behind a client that can only read.

        Whoever asks for it closes it.

        Raises:
            UsageError: there is no such table or index.
            UnverifiableError: the target does not answer, or refuses.
        """
        ...

    def marker(self, keys: MarkedKeys, region: str | None = None) -> "DynamoDBClient":
        """A data client that writes the marked keys of a table that this run did not create, and nothing else."""
        ...

    def lacks(self, capability: Capability) -> str | None:
        """None where the target has the capability, else what it answered when it was asked."""
        ...

    def boundary(self, method: Method) -> Boundary:
        """How exactly a method can be pinned to an instant here."""
        ...

    def waits_for_window(self) -> bool:
        """Whether LatestRestorableDateTime here is AWS's promise, to be waited for before a restore is asked."""
        ...

    def holds_to_policies(self) -> bool:
        """Whether access keys are held to policies here, as somebody asked of a served machine."""
        ...

    def leftovers(self) -> list[str]:
        """What this run made and still exists: tables by name (`name@region` elsewhere), all else by its ARN.

        Empty where the target itself is gone with all it held (the embedded one, closed).

        Raises:
            UnverifiableError: the target does not say.
        """
        ...

    def close(self) -> None:
        """End what this target started: processes, ports, temporary files. Can be called twice."""
        ...


def table_prefix(run_id: str) -> str:
    """What the name of everything that a run creates begins with."""
    return f"dynadrill-{run_id}-"


PREFIX = re.compile(r"dynadrill-([0-9a-f]{8}|[a-z0-9]{1,12}-[0-9a-f]{8})-")


def run_in(name: str) -> str | None:
    """The run whose prefix a name begins with; None where it begins with none."""
    found = PREFIX.match(name)
    return found[1] if found else None


CALL_LOG = "calls.jsonl"
"""The name, in a run folder, of the log of control-plane calls."""


def call_log(folder: Path) -> Path:
    """Where a run's call log is."""
    return folder / CALL_LOG
