"""A run's access to its target: clients of every service and Region behind one guard, one inventory, one call log."""

from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ..clock import Clock
from ..errors import UnverifiableError
from ..marked_keys import MarkedKeys
from ..snapshots.source import LiveTable
from ..target import Capability, call_log, table_prefix
from .call_log import CallLog
from .clients import DYNAMODB, Place, client_for_greeting, control_client, data_client
from .guard import Guard
from .hooks import Hooks
from .inventory import Inventory
from .leftovers import left
from .live_table import RemoteTable
from .marked import MarkedGuard

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

ITEMS = "items"
"""What the data clients are kept by: their service is DynamoDB's, but they answer in wire form and never retry."""


class Access:
    """What every target has alike, wherever it is.

    Args:
        place: where calls go.
        run_id: whose tables these are.
        folder: the run's folder, in which the call log is.
        clock: for the call log's instants.
        may_restore_from: foreign tables and backups that a restore may read (names or ARNs).
    """

    def __init__(
        self, place: Place, run_id: str, folder: Path, clock: Clock, may_restore_from: frozenset[str] = frozenset()
    ) -> None:
        self.place = place
        self.inventory = Inventory(table_prefix(run_id))
        self._log = CallLog(call_log(folder), clock)
        self._hooks = Hooks(Guard(self.inventory, may_restore_from), self._log)
        self._making = Lock()
        self._made: dict[tuple[str, str], Any] = {}
        try:
            self.data(), self.control()
        except BaseException:
            self._log.close()
            raise

    def data(self, region: str | None = None) -> "DynamoDBClient":
        """The data client of a Region, else of the home Region."""
        client: DynamoDBClient = self._client(ITEMS, region)
        return client

    def control(self, region: str | None = None) -> "DynamoDBClient":
        """The control client of a Region, else of the home Region."""
        client: DynamoDBClient = self._client(DYNAMODB, region)
        return client

    def service(self, name: str, region: str | None = None) -> Any:
        """A client of a service beside DynamoDB, by boto3's name for it."""
        return self._client(name, region)

    def touched(self, service: str) -> list[str]:
        """The Regions in which a service may have been asked for anything."""
        return sorted(region for name, region in self._made if name == service)

    def _client(self, name: str, region: str | None) -> Any:
        where = region or self.place.region
        with self._making:
            if (name, where) not in self._made:
                place = replace(self.place, region=where)
                self._made[name, where] = (
                    data_client(place, self._hooks) if name == ITEMS else control_client(place, self._hooks, name)
                )
            return self._made[name, where]

    def reader(self, table: str, region: str | None = None, connections: int = 1) -> LiveTable:
        """A table, or an index of one, behind a client that can only read; whoever asks for it closes it.

        Raises:
            UsageError: there is no such table or index.
            UnverifiableError: the place does not answer, or refuses.
        """
        place = replace(self.place, region=region or self.place.region)
        return RemoteTable(place, table, self._log.clock, connections)

    def marker(self, keys: MarkedKeys, region: str | None = None) -> "DynamoDBClient":
        """A data client that writes marked keys of a table, and nothing else."""
        where = region or self.place.region
        if (keys.word, where) not in self._made:
            place = replace(self.place, region=where)
            self._made[keys.word, where] = data_client(place, Hooks(MarkedGuard(keys), None))
        client: DynamoDBClient = self._made[keys.word, where]
        return client

    def greeting(self, service: str = DYNAMODB) -> Any:
        """A client that asks once and gives up within a few seconds; whoever asks for it closes it."""
        return client_for_greeting(self.place, self._hooks, service)

    def leftovers(self, lacks: "Callable[[Capability], str | None]") -> list[str]:
        """What this run made and still exists: tables by name (`name@region` elsewhere), all else by its ARN.

        Raises:
            UnverifiableError: the target does not say.
        """
        try:
            return left(self, lambda: lacks(Capability.ON_DEMAND_BACKUP) is None)
        except (ClientError, BotoCoreError) as error:
            names = ", ".join(sorted(self.inventory.tables)) or "nothing"
            raise UnverifiableError(
                f"what is left of this run could not be listed: {error}",
                f"Look for names that begin with {self.inventory.prefix}; it created {names}.",
            ) from error

    def close(self) -> None:
        """Let go of connections and the call log; can be called twice."""
        for client in self._made.values():
            client.close()
        self._log.close()
