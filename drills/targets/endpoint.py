"""Any DynamoDB-compatible endpoint, such as Amazon's DynamoDB Local: real time, and nothing assumed."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ..clock import Clock
from ..denials import denied, is_denied
from ..errors import UsageError
from ..target import Capability, Connection, TargetKind, World, table_prefix
from .access import Access
from .capabilities import lacks
from .clients import Place
from .clocks import RealClock
from .shared_clock import CLOCK_FILE, SharedClock
from .terms import Terms
from .through_access import SomebodyElses

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


GREETED_AGAIN = 2


class EndpointTarget(SomebodyElses):
    """An endpoint that somebody else runs.

    Args:
        place: where it is; see `place_from_environment` for one that was named by its address.
        name: what it is called.
        run_id: whose tables these are.
        folder: the run's folder.
        may_restore_from: foreign tables and backups that a restore may read.
        terms: what the run may reach and what it tags; None writes no journal.

    Raises:
        UsageError: nothing there answers as DynamoDB within a few seconds.
    """

    def __init__(  # noqa: PLR0913 - each is told apart by its name
        self,
        place: Place,
        name: str,
        *,
        run_id: str,
        folder: Path,
        may_restore_from: frozenset[str] = frozenset(),
        terms: Terms | None = None,
    ) -> None:
        self._shared = SharedClock(folder / CLOCK_FILE, create=True)
        clock = RealClock(self._shared, terms.waits if terms else None)
        self.name = name
        self.kind = TargetKind.ENDPOINT
        self.clock: Clock = clock
        self.region = place.region
        self.world: World | None = None
        self.connection: Connection | None = connection_to(place, run_id, self._shared)
        self._lacks: dict[Capability, str | None] = {}
        try:
            self._access = Access(place, run_id, folder, clock, may_restore_from, terms)
            greet(self._access, name)
            self._access.keep_books(name, self.kind)
        except BaseException:
            self._shared.end()
            raise

    def lacks(self, capability: Capability) -> str | None:
        """What the endpoint answered when it was asked, once."""
        if capability not in self._lacks:
            no_such_table = f"{self._access.inventory.prefix}no-such-table"
            self._lacks[capability] = lacks(self._access, capability, no_such_table)
        return self._lacks[capability]

    def waits_for_window(self) -> bool:
        """No: what such an endpoint says of its window promises nothing."""
        return False

    def holds_to_policies(self) -> bool:
        """Nobody knows, so nothing is asked."""
        return False


def place_from_environment(address: str) -> Place:
    """An endpoint by its address: keys and Region are the environment's, where it has them; no profile is read."""
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return Place(address, region)


def connection_to(place: Place, run_id: str, shared: SharedClock) -> Connection:
    """How another process reaches the same place."""
    return Connection(place.endpoint_url, place.region, table_prefix(run_id), str(shared.path), place.as_user)


def _greeted(client: "DynamoDBClient") -> Exception | str:
    """What is wrong with the answer to a greeting; empty where it is DynamoDB's."""
    try:
        # botocore takes a success that is no JSON, such as a web page, for an answer with a message.
        return "" if "TableNames" in client.list_tables(Limit=1) else "the answer to ListTables is not DynamoDB's"
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        return error


def greet(access: Access, name: str) -> None:
    """Make sure that a DynamoDB answers; else let go of the access.

    Raises:
        UsageError: none does within a few seconds, or the credentials are no good.
        RefusedError: the credentials may not list tables.
    """
    client = access.greeting()
    try:
        fault = _greeted(client)
        for _ in range(GREETED_AGAIN):  # a service that is busy or ill for a moment is there all the same
            if isinstance(fault, ClientError):
                fault = _greeted(client)
    finally:
        client.close()
    if not fault:
        return
    access.close()
    if isinstance(fault, ClientError) and is_denied(fault):
        raise denied(fault)
    raise UsageError(
        f"nothing at {name} answers as DynamoDB: {fault}",
        "Start the endpoint, or correct the address or the credentials; with --target embedded nothing needs to be"
        " started.",
    )
