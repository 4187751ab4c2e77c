"""Any DynamoDB-compatible endpoint, such as Amazon's DynamoDB Local: real time, and nothing assumed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ..clock import Clock
from ..errors import UsageError
from ..promise import Boundary, Method
from ..snapshots.source import LiveTable
from ..target import Capability, Connection, TargetKind, World, table_prefix
from .access import Access
from .boundaries import AROUND_A_BACKUP, AROUND_A_SECOND
from .capabilities import lacks
from .clients import Place
from .clocks import RealClock
from .shared_clock import CLOCK_FILE, SharedClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class EndpointTarget:
    """An endpoint that somebody else runs.

    Keys and region come from the environment (AWS_ACCESS_KEY_ID and so on) where they are set; no profile is read.

    Raises:
        UsageError: the address makes no sense, or nothing there answers as DynamoDB within a few seconds.
    """

    def __init__(self, url: str, *, run_id: str, folder: Path, may_restore_from: frozenset[str] = frozenset()) -> None:
        address = _address(url)
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        self._shared = SharedClock(folder / CLOCK_FILE, create=True)
        clock = RealClock(self._shared)
        self.name = url
        self.kind = TargetKind.ENDPOINT
        self.clock: Clock = clock
        self.region = region
        self.world: World | None = None
        self.connection: Connection | None = Connection(address, region, table_prefix(run_id), str(self._shared.path))
        self._lacks: dict[Capability, str | None] = {}
        try:
            self._access = Access(Place(address, region), run_id, folder, clock, may_restore_from)
            self._greet()
        except BaseException:
            self._shared.end()
            raise

    def data(self, region: str | None = None) -> "DynamoDBClient":
        """See `Target.data`."""
        return self._access.data(region)

    def control(self, region: str | None = None) -> "DynamoDBClient":
        """See `Target.control`."""
        return self._access.control(region)

    def service(self, name: str, region: str | None = None) -> Any:
        """See `Target.service`."""
        return self._access.service(name, region)

    def reader(self, table: str, region: str | None = None, connections: int = 1) -> LiveTable:
        """See `Target.reader`."""
        return self._access.reader(table, region, connections)

    def lacks(self, capability: Capability) -> str | None:
        """What the endpoint answered when it was asked, once."""
        if capability not in self._lacks:
            no_such_table = f"{self._access.inventory.prefix}no-such-table"
            self._lacks[capability] = lacks(self._access, capability, no_such_table)
        return self._lacks[capability]

    def boundary(self, method: Method) -> Boundary:
        """A second either way, as on AWS: nothing here promises more."""
        return AROUND_A_SECOND if method is Method.POINT_IN_TIME else AROUND_A_BACKUP

    def waits_for_window(self) -> bool:
        """No: what such an endpoint says of its window promises nothing."""
        return False

    def leftovers(self) -> list[str]:
        """What this run made and still exists."""
        return self._access.leftovers(self.lacks)

    def close(self) -> None:
        """Let go of connections and the clock; what the endpoint holds stays."""
        self._access.close()
        self._shared.end()

    def _greet(self) -> None:
        client = self._access.greeting()
        fault: Exception | str = "the answer to ListTables is not DynamoDB's"
        try:
            # botocore takes a success that is no JSON, such as a web page, for an answer with a message.
            if "TableNames" in client.list_tables(Limit=1):
                return
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            fault = error
        finally:
            client.close()
        self._access.close()
        raise UsageError(
            f"nothing at {self.name} answers as DynamoDB: {fault}",
            "Start the endpoint, or correct the address; with --target embedded nothing needs to be started.",
        )


def _address(url: str) -> str:
    """The endpoint's address without a trailing slash."""
    expected = "Write it as http://127.0.0.1:8000: a host, a port, and no path."
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        raise UsageError(f"the target {url!r} is not an address: {error}", expected) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise UsageError(f"the target {url!r} is not the address of an endpoint", expected)
    if parts.username is not None:
        raise UsageError("the target's address holds credentials", "Set AWS_ACCESS_KEY_ID and its like instead.")
    return url.rstrip("/")
