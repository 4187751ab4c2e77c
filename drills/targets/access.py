"""A run's access to its target: clients of every service and Region behind one guard, one inventory, one call log."""

from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ..clock import Clock
from ..errors import UnverifiableError, UsageError
from ..marked_keys import MarkedKeys
from ..snapshots.source import LiveTable
from ..target import Capability, TargetKind, call_log, table_prefix
from .call_log import CallLog
from .clients import DYNAMODB, Place, client_for_greeting, control_client, data_client
from .guard import Guard
from .hooks import Hooks
from .inventory import Inventory
from .journal import JOURNAL, Header, Journal
from .leftovers import left
from .live_table import RemoteTable
from .making import tags_of_run
from .marked import MarkedGuard
from .terms import Terms, check_account_allowed, check_region_allowed

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
        terms: what the run may reach, and what it made before.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a run is made of
        self,
        place: Place,
        run_id: str,
        folder: Path,
        clock: Clock,
        may_restore_from: frozenset[str] = frozenset(),
        terms: Terms | None = None,
    ) -> None:
        self.place = place
        self.run_id = run_id
        self._folder = folder
        self._clock = clock
        self._terms = terms or Terms(writes=False)
        known = self._terms.known
        self.inventory = Inventory(table_prefix(run_id), things=set(known.names), by_prefix=known.by_prefix)
        self._log = CallLog(call_log(folder), clock)
        self._hooks = Hooks(Guard(self.inventory, may_restore_from), self._log)
        self._hooks.meter = self._terms.meter
        self._hooks.waits = self._terms.waits
        self.journal: Journal | None = None
        self.account = ""
        self._making = Lock()
        self._made: dict[tuple[str, str], Any] = {}
        try:
            self.data(), self.control()
        except BaseException:
            self._log.close()
            raise

    def keep_books(self, target: str, kind: TargetKind) -> None:
        """From now on write down what is made before it is made, and tag it; first see whether one may be here at all.

        Args:
            target: what it is called.
            kind: whose it is.

        Raises:
            RefusedError: the account or the Region is not among those allowed.
            UsageError: the credentials are no good.
        """
        terms = self._terms
        if terms.waits is not None:
            terms.waits.at_place(target)
        if self.place.in_account or kind is TargetKind.SERVED:
            self.account = self._account()
        if self.place.in_account:
            check_account_allowed(terms.config.aws, self.account)
        if not terms.writes:
            return
        header = Header(self.run_id, target, kind.value, self.place.region, self.account)
        self.journal = self._hooks.journal = Journal(self._folder / JOURNAL, header, self._clock)
        if kind is not TargetKind.ENDPOINT:  # which mostly have no tags, and refuse what has any
            self._hooks.tags = tags_of_run(self.run_id, terms.scenario, self._clock.now(), terms.tags)

    def _account(self) -> str:
        try:
            return str(self.service("sts").get_caller_identity()["Account"])
        except (ClientError, BotoCoreError) as error:
            raise UsageError(
                f"whose credentials these are could not be asked: {error}",
                "See `aws sts get-caller-identity`: sign in, or name a profile with AWS_PROFILE.",
            ) from error

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
        known = {region for name, region in self._terms.known.places if name == service}
        return sorted(known | {region for name, region in self._made if name == service})

    def _client(self, name: str, region: str | None) -> Any:
        place = self._in(region)
        where = place.region
        with self._making:
            if (name, where) not in self._made:
                self._made[name, where] = (
                    data_client(place, self._hooks) if name == ITEMS else control_client(place, self._hooks, name)
                )
            return self._made[name, where]

    def _in(self, region: str | None) -> Place:
        """The place in a Region, which has to be among those allowed.

        Raises:
            RefusedError: it is not.
        """
        where = region or self.place.region
        if self.place.in_account:
            check_region_allowed(self._terms.config.aws, where)
        return replace(self.place, region=where)

    def reader(self, table: str, region: str | None = None, connections: int = 1) -> LiveTable:
        """A table, or an index of one, behind a client that can only read; whoever asks for it closes it.

        Raises:
            UsageError: there is no such table or index.
            UnverifiableError: the place does not answer, or refuses.
        """
        return RemoteTable(self._in(region), table, self._clock, connections, self._terms.meter)

    def marker(self, keys: MarkedKeys, region: str | None = None) -> "DynamoDBClient":
        """A data client that writes marked keys of a table, and nothing else."""
        place = self._in(region)
        name = (keys.word, place.region)
        if name not in self._made:
            self._made[name] = data_client(place, Hooks(MarkedGuard(keys), None))
        client: DynamoDBClient = self._made[name]
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
            return left(self, lacks)
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
        if self.journal is not None:
            self.journal.close()
