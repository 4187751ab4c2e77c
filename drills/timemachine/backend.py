"""The tables and backups of one account in one Region, and all of them together."""

from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from moto.dynamodb.exceptions import DeletionProtectedException, StreamAlreadyEnabledException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table as MotoTable

from .blueprint import Blueprint, Shape
from .durations import Durations
from .errors import resource_in_use, resource_not_found, table_not_found
from .faults import Faults
from .journal import Journal
from .table import Table
from .wire import need

if TYPE_CHECKING:
    from .awsbackup.state import AwsBackup
    from .backups import Backup


class Token(NamedTuple):
    """A transaction that was done: the digest of what it asked for, and when."""

    digest: bytes
    at: float


class Backend(DynamoDBBackend):
    """Moto's DynamoDB of one account in one Region, on our tables."""

    tables: dict[str, Table]  # type: ignore[assignment]  # only our tables get in
    backups: "dict[str, Backup]"  # type: ignore[assignment]  # only ours get in

    def __init__(self, region_name: str, account_id: str, fleet: "Fleet") -> None:
        super().__init__(region_name, account_id)
        self.fleet = fleet
        self.journal = fleet.journal
        self.tokens: dict[str, Token] = {}
        """By the token that the client gave; looked at under the journal's lock."""
        self.aws_backup: AwsBackup | None = None
        """Vaults and jobs of AWS Backup, once somebody asked for any."""

    def find(self, name: str) -> Table | None:
        """A table by name or ARN, in whatever state; None where there is none."""
        table = self.tables.get(name)
        if table is None and name.startswith("arn:"):
            table = self.tables.get(name.rpartition("/")[2])
            return table if table is not None and table.table_arn == name else None
        return table

    def get_table(self, table_name: str) -> Table:
        """A table that can be used. One that a restore is still filling cannot be seen (measured on AWS).

        Raises:
            AwsError: ResourceNotFoundException.
        """
        table = self.find(table_name)
        if table is None or table.is_creating:
            raise resource_not_found()
        return table

    def get_recoverable(self, name: str) -> Table:
        """The same for backup and recovery calls, which say TableNotFoundException."""
        table = self.find(name)
        if table is None or table.is_creating:
            raise table_not_found(name)
        return table

    def describe_table(self, name: str) -> dict[str, Shape]:
        """What DescribeTable says: the one call that sees a table which a restore is filling."""
        table = self.find(name)
        if table is None:
            raise resource_not_found(name)
        described: dict[str, Shape] = table.describe(base_key="Table")
        return described

    def list_tables(self, limit: int, exclusive_start_table_name: str | None) -> tuple[list[str], str | None]:
        """Table names in order, and the last one where there are more."""
        names = sorted(name for name in self.tables if name > (exclusive_start_table_name or ""))
        page = names[:limit]
        return page, page[-1] if len(names) > limit else None

    def create_table(  # noqa: PLR0913, PLR0917 - moto's signature
        self,
        name: str,
        schema: list[Shape],
        throughput: Shape | None,
        attr: list[Shape],
        global_indexes: list[Shape] | None,
        indexes: list[Shape] | None,
        streams: Shape | None,
        billing_mode: str,
        sse_specification: Shape | None,
        tags: list[Shape],
        deletion_protection_enabled: bool | None,  # noqa: FBT001 - moto's signature
        warm_throughput: Shape | None,
    ) -> Table:
        """Create a table; it is ACTIVE at once.

        Raises:
            AwsError: the name is taken, also by a restore that still runs.
        """
        if name in self.tables:
            raise resource_in_use(f"Table already exists: {name}")
        blueprint = Blueprint(
            key_schema=schema,
            attributes=attr,
            billing_mode=billing_mode,
            throughput=throughput,
            on_demand=None,
            global_indexes=global_indexes or [],
            local_indexes=indexes or [],
            encryption=sse_specification,
        )
        table = Table(  # type: ignore[abstract]  # only CloudFormation asks for what is missing
            name,
            self.account_id,
            self.region_name,
            journal=self.journal,
            table_id=self.fleet.new_id(),
            blueprint=blueprint,
        )
        table.set_stream_specification(streams)
        table.tags = list({tag["Key"]: tag for tag in tags}.values())
        table.deletion_protection_enabled = deletion_protection_enabled
        if warm_throughput:
            table.warm_throughput = {**warm_throughput, "Status": "ACTIVE"}
        self.tables[name] = table
        return table

    def delete_table(self, name: str) -> Table:
        """Take a table away. The caller keeps a SYSTEM backup where recovery was on.

        Raises:
            AwsError: it is not there, a restore still fills it, or AWS Backup is backing it up.
        """
        table = self.find(name)
        if table is None:
            raise resource_not_found(name)
        if table.is_creating:
            raise resource_in_use(f"Table is being created: {table.name}")
        if table.is_being_backed_up:
            raise resource_in_use(f"Table is being backed up: {table.name}")
        if table.deletion_protection_enabled:
            raise DeletionProtectedException(table.name)
        self.resource_policies.pop(table.table_arn, None)
        return self.tables.pop(table.name)

    def update_table_streams(self, table: MotoTable, stream_specification: Shape) -> None:
        """Switch a stream on or off; moto would not let one that was off be switched on again."""
        wanted = stream_specification.get("StreamEnabled") or stream_specification.get("StreamViewType")
        if wanted and isinstance(table, Table) and table.is_streaming:
            raise StreamAlreadyEnabledException
        table.set_stream_specification(stream_specification)


class Fleet:
    """The backends of all accounts and Regions of one machine. Moto's own global ones are not touched."""

    def __init__(self, journal: Journal, seed: int, durations: Mapping[str, float]) -> None:
        self.journal = journal
        self.random = Random(seed)
        """Identifiers come from it; use it under the journal's lock."""
        self.durations = Durations(Random(f"durations {seed}"), durations)
        self.faults = Faults(Random(f"faults {seed}"))
        self.outages: set[str] = set()
        """Regions that are down."""
        self._backends: dict[tuple[str, str], Backend] = {}

    def at(self, account: str, region: str) -> Backend:
        """The backend of one account in one Region."""
        backend = self._backends.get((account, region))
        if backend is None:
            with self.journal.lock:
                backend = self._backends.setdefault((account, region), Backend(region, account, self))
        return backend

    def restores_running(self, account: str) -> int:
        """How many restores of an account are not done, in all Regions; call with the journal's lock."""
        backends = [backend for (owner, _), backend in self._backends.items() if owner == account]
        return sum(table.is_creating for backend in backends for table in backend.tables.values())

    @property
    def is_troubled(self) -> bool:
        """Whether a request may meet a fault or a Region that is down."""
        return bool(self.outages or self.faults)

    def new_id(self) -> str:
        """An identifier that this machine has not given before."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def reset(self) -> None:
        """Forget everything; the clock stays where it is."""
        with self.journal.lock:
            self._backends.clear()
            self.journal.agenda.clear()
            self.faults.clear()
            self.outages.clear()


class Request(NamedTuple):
    """One request: where it went and its members."""

    backend: Backend
    body: Shape

    @property
    def journal(self) -> Journal:
        """The machine's commit point."""
        return self.backend.journal

    def table(self, member: str = "TableName") -> Table:
        """The table that the request names.

        Raises:
            AwsError: the name is missing, or there is no such table to use.
        """
        return self.backend.get_table(need(self.body, member, str))

    def recoverable(self, member: str = "TableName") -> Table:
        """The same for backup and recovery calls."""
        return self.backend.get_recoverable(need(self.body, member, str))
