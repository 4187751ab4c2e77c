"""A run's access to its target: two clients behind one guard, one inventory and one call log."""

from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from ..clock import Clock
from ..errors import UnverifiableError
from ..target import Capability, call_log, table_prefix
from .call_log import CallLog
from .clients import Place, client_for_greeting, make_clients
from .guard import Guard
from .hooks import Hooks
from .inventory import Inventory
from .leftovers import backups_left, tables_left

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient


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
        try:
            self.data, self.control = make_clients(place, self._hooks)
        except BaseException:
            self._log.close()
            raise

    def greeting(self) -> "DynamoDBClient":
        """A client that gives up within a few seconds."""
        return client_for_greeting(self.place, self._hooks)

    def leftovers(self, lacks: "Callable[[Capability], str | None]") -> list[str]:
        """Names of tables and ARNs of backups of this run that still exist.

        Raises:
            UnverifiableError: the target does not say.
        """
        try:
            tables = tables_left(self.control, self.inventory)
            if lacks(Capability.ON_DEMAND_BACKUP) is not None:
                return tables
            return tables + backups_left(self.control, self.inventory)
        except (ClientError, BotoCoreError) as error:
            names = ", ".join(sorted(self.inventory.tables)) or "nothing"
            raise UnverifiableError(
                f"what is left of this run could not be listed: {error}",
                f"Look for names that begin with {self.inventory.prefix}; it created {names}.",
            ) from error

    def close(self) -> None:
        """Let go of connections and the call log; can be called twice."""
        self.data.close()
        self.control.close()
        self._log.close()
