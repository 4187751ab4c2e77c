"""The tables and backups of one account in one Region, and a request to them."""

from typing import TYPE_CHECKING, NamedTuple

from moto.dynamodb.models import DynamoDBBackend

from .backup import Backup
from .blueprint import Blueprint, Shape
from .errors import deletion_protected, resource_in_use, resource_not_found, table_not_found
from .journal import Journal
from .keys_at_rest import refuse_locked
from .states import refuse_undeletable, refuse_unsettled
from .streams.specification import check_switch, view_type_of
from .streams.stream import RETENTION_S, TableStreams
from .table import Table
from .transfer.jobs import Transfers
from .wire import need

if TYPE_CHECKING:
    from .awsbackup.state import AwsBackup
    from .fleet import Fleet


class Token(NamedTuple):
    """A transaction that was done: the digest of what it asked for, and when."""

    digest: bytes
    at: float


class Backend(DynamoDBBackend):
    """Moto's DynamoDB of one account in one Region, on our tables."""

    tables: dict[str, Table]  # type: ignore[assignment]  # only our tables get in
    backups: dict[str, Backup]  # type: ignore[assignment]  # only ours get in

    def __init__(self, region_name: str, account_id: str, fleet: "Fleet") -> None:
        super().__init__(region_name, account_id)
        self.fleet = fleet
        self.journal = fleet.journal
        self.tokens: dict[str, Token] = {}
        """By the token that the client gave; looked at under the journal's lock."""
        self.aws_backup: AwsBackup | None = None
        """Vaults and jobs of AWS Backup, once somebody asked for any."""
        self.left_streams: list[TableStreams] = []
        """Those of tables that were deleted, until nobody can read them any more."""
        self.transfers = Transfers()

    def find(self, name: str) -> Table | None:
        """A table by name or ARN, in whatever state; None where there is none."""
        table = self.tables.get(name)
        if table is None and name.startswith("arn:"):
            table = self.tables.get(name.rpartition("/")[2])
            return table if table is not None and table.table_arn == name else None
        return table

    def is_taken(self, name: str) -> bool:
        """Whether there is a table of a name, in whatever state, or an import is about to make one."""
        return name in self.tables or name in self.transfers.names_taken

    def get_table(self, table_name: str) -> Table:
        """A table that can be used. One that is being created, restored or deleted cannot.

        Raises:
            AwsError: ResourceNotFoundException, or AccessDeniedException where its key of KMS is gone.
        """
        table = self.find(table_name)
        if table is None or table.is_creating or table.is_deleting:
            raise resource_not_found()
        refuse_locked(table)
        table.fill()
        return table

    def get_changeable(self, name: str) -> Table:
        """The same for calls that change a table's settings, which say in which state it is.

        Raises:
            AwsError: ResourceInUseException; ResourceNotFoundException also while a restore fills it (measured).
        """
        table = self.find(name)
        if table is not None and not table.is_filling:
            refuse_unsettled(table)
        return self.get_table(name)

    def get_recoverable(self, name: str) -> Table:
        """The same for backup and recovery calls, which say TableNotFoundException and keep their own time."""
        table = self.find(name)
        if table is None or table.is_filling or not table.life.is_known_to_backups(self.journal.now()):
            raise table_not_found(name)
        table.fill()
        return table

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
        """Create a table; it is ACTIVE at once, unless the machine was told otherwise.

        Raises:
            AwsError: the name is taken, also by a restore that still runs; or the key of KMS cannot be used.
        """
        if self.is_taken(name):
            raise resource_in_use(f"Table already exists: {name}")
        self.fleet.keys.refuse_unusable(sse_specification)
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
        self.fleet.begin(table, self.journal.now() + self.fleet.durations.of("create_table"))
        table.set_stream_specification(streams)
        table.tags = list({tag["Key"]: tag for tag in tags}.values())
        table.deletion_protection_enabled = deletion_protection_enabled
        if warm_throughput:
            table.warm_throughput = {**warm_throughput, "Status": "ACTIVE"}
        self.tables[name] = table
        return table

    def delete_table(self, name: str) -> Table:
        """Begin to take a table away. The caller keeps a SYSTEM backup where recovery was on, and lets go of it.

        Raises:
            AwsError: it is not there, or it is being created, restored, changed, backed up by AWS Backup, or deleted.
        """
        table = self.find(name)
        if table is None:
            raise resource_not_found(name)
        refuse_undeletable(table)
        if table.deletion_protection_enabled:
            raise deletion_protected()
        now = self.journal.now()
        table.life = table.life._replace(deleting_at=now, gone_at=now + self.fleet.durations.of("delete_table"))
        return table

    def let_go(self, table: Table) -> None:
        """Forget a table whose deletion is done, or whose restore failed."""
        if self.tables.get(table.name) is table:
            del self.tables[table.name]
            self.resource_policies.pop(table.table_arn, None)
            table.followers = ()
            self._leave(table.streams)

    def _leave(self, streams: TableStreams) -> None:
        streams.switch_off()
        if streams.readable:
            now = self.journal.now()
            streams.log.forget_before(streams.kept_from_at(now))
            self.left_streams.append(streams)
            self.journal.agenda.add(now + RETENTION_S, lambda: self.left_streams.remove(streams))

    def update_table_streams(self, table: Table, stream_specification: Shape) -> None:  # type: ignore[override]
        """Switch a stream on or off; moto would not let one that was off be switched on again.

        Raises:
            AwsError: it is on or off already (the view type of a stream never changes), or the view type is missing.
        """
        check_switch(table.name, view_type_of(stream_specification), is_on=table.is_streaming)
        table.set_stream_specification(stream_specification)


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

    def changeable(self, member: str = "TableName") -> Table:
        """The same for calls that change settings."""
        return self.backend.get_changeable(need(self.body, member, str))

    def recoverable(self, member: str = "TableName") -> Table:
        """The same for backup and recovery calls."""
        return self.backend.get_recoverable(need(self.body, member, str))
