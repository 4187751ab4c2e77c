"""A table: moto's description of one, with its items in rows and a change log of our own.

Moto keeps the settings that CreateTable and UpdateTable are about, and describes them. It never sees an item: every
read and write is ours, and every write goes through the one log.
"""

import threading
from copy import deepcopy
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import NAMESPACE_URL, uuid5

from moto.dynamodb.models.table import Table as MotoTable

from .attributes import Attributes
from .blueprint import UNITS, Blueprint, Shape, key_named
from .changelog import Cause, Change, ChangeLog, Follower, Past, Version
from .description import complete
from .indexes import Index, check_index_keys, indexes_of
from .journal import Journal
from .keys import KeySchema, OrderKey
from .lifecycle import Lifecycle
from .rows import Rows
from .streams.specification import view_type_of
from .streams.stream import TableStreams
from .windows import Window

if TYPE_CHECKING:
    from .global_tables.replica import Replica


class Restoring(NamedTuple):
    """A table that a restore is filling: until when, and what DescribeTable says about it meanwhile."""

    active_at: float
    summary: Shape


class Table(MotoTable):
    """One incarnation of a table.

    Args:
        name: the table's name.
        account_id: whose it is.
        region: where it is.
        journal: the machine's commit point.
        table_id: tells incarnations of one name apart.
        blueprint: keys, indexes, billing, encryption.
        past: what it holds from the start, for a restored table.
        restoring: set for a restored table.
    """

    def __new__(cls, *_: object, **__: object) -> Self:
        """Moto would keep every table for ever."""
        table: Self = object.__new__(cls)
        return table

    def __init__(  # noqa: PLR0913 - what a table is made of
        self,
        name: str,
        account_id: str,
        region: str,
        *,
        journal: Journal,
        table_id: str,
        blueprint: Blueprint,
        past: Past | None = None,
        restoring: Restoring | None = None,
    ) -> None:
        self.journal = journal
        self.table_id = table_id
        self.log = ChangeLog()
        self.streams = TableStreams(journal, self.log)
        self.recovery: Window | None = None
        self.restoring = restoring
        self.life = Lifecycle(created_at=journal.now(), active_at=0.0 if restoring is None else restoring.active_at)
        self.table_class: str | None = None
        self.insights: dict[str, Shape] = {}
        """Contributor Insights by index, the table's own under the empty name."""
        self.kinesis: dict[str, Shape] = {}
        """Kinesis destinations by the ARN of their stream."""
        self.archival: Shape | None = None
        """ArchivalSummary, once the table is archived."""
        self.on_demand = blueprint.on_demand
        self.ttl_changed_at: float | None = None
        self.is_being_backed_up = False
        """Whether a backup job of AWS Backup is running: such a table cannot be deleted."""
        self.followers: tuple[Follower, ...] = ()
        self.replica: Replica | None = None
        """Its part in a global table."""
        self._past = past
        self._filling = threading.Lock()
        self._rows = Rows()
        super().__init__(
            name,
            account_id=account_id,
            region=region,
            schema=blueprint.key_schema,
            attr=blueprint.attributes,
            throughput=deepcopy(blueprint.throughput),
            billing_mode=blueprint.billing_mode,
            indexes=deepcopy(blueprint.local_indexes),
            global_indexes=deepcopy(blueprint.global_indexes),
            sse_specification=deepcopy(blueprint.encryption),
        )
        self.keys = KeySchema(self.hash_key_attr, self.hash_key_type, self.range_key_attr, self.range_key_type or "")
        self.secondary: dict[str, Index] = {}
        self.refresh_indexes()
        self.created_at = datetime.fromtimestamp(journal.now(), UTC)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Moto copies tables to be able to roll a transaction back; here the journal drops what it staged."""
        return self

    def __len__(self) -> int:
        """How many items there are; none can be seen while the table is being filled."""
        return 0 if self.is_creating else len(self.rows)

    @property
    def status(self) -> str:
        """TableStatus, at this instant."""
        return self.life.status(self.journal.now())

    @property
    def is_creating(self) -> bool:
        """Whether the table is still being created, by CreateTable, by a restore, or as a replica."""
        active_at = self.life.active_at
        return active_at > 0 and self.journal.now() < active_at

    @property
    def is_restoring(self) -> bool:
        """Whether a restore is still filling this table."""
        return self.restoring is not None and self.is_creating

    @property
    def is_filling(self) -> bool:
        """Whether a restore is still filling this table, or another replica: only DescribeTable sees it (measured)."""
        return self.is_creating and (self.restoring is not None or self.replica is not None)

    @property
    def is_deleting(self) -> bool:
        """Whether DeleteTable was called: the table is still there, and does nothing any more."""
        return self.life.deleting_at < inf

    @property
    def key_of_kms(self) -> str | None:
        """The key of KMS that the table is encrypted with; None for a key that AWS owns."""
        return key_named(self.sse_specification)

    @property
    def is_streaming(self) -> bool:
        """Whether the stream is on."""
        return bool((self.stream_specification or {}).get("StreamEnabled"))

    @property
    def rows(self) -> Rows:
        """The present rows."""
        if self._past is not None:
            self.fill()
        return self._rows

    def fill(self) -> None:
        """Work out the rows of a restored table, once: for who uses it first, before the journal's lock is taken."""
        if self._past is None:
            return
        with self._filling:
            if self._past is not None:
                self._rows = Rows(self._past.work_out())
                self._past = None

    def hold(self, rows: dict[OrderKey, Version]) -> None:
        """Let a table that nobody sees yet hold these rows from the start, without a log of them."""
        self._rows = Rows(rows)

    def apply(self, version: Version, cause: Cause = Cause.REQUEST, transaction: int = 0) -> None:
        """Make a committed version the present one and log the change. For the journal, under its lock."""
        old = self.rows.put(version)
        if old is None and version.wire is None:
            return
        change = Change(old, version, cause, transaction)
        self.log.append(change)
        self.log.forget_lazily(self.kept_from_at(version.at))
        for follower in self.followers:
            follower.follow(self, change)

    def kept_from_at(self, now: float) -> float:
        """From when on the change log is needed: the earliest instant that anybody may still ask for."""
        kept_from_at = now - self.journal.lookback_s()
        if self.recovery is not None:
            kept_from_at = min(kept_from_at, self.recovery.earliest_at(now))
        if self.streams.readable:
            kept_from_at = min(kept_from_at, self.streams.kept_from_at(now))
        return kept_from_at

    def recover_within(self, window: Window | None) -> None:
        """Switch recovery on or off or change its window, and let go of the past that is out of reach now.

        Call with the journal's lock.
        """
        self.recovery = window
        self.log.forget_before(self.kept_from_at(self.journal.now()))

    def encrypt(self, specification: Shape) -> None:
        """Change the encryption at rest; with `Enabled: false` the key is AWS's own."""
        self.sse_specification = {
            "KMSMasterKeyId": self._get_default_encryption_key(self.account_id, self.region_name),
            **specification,
        }

    def pin(self, at: float) -> Past:
        """The state after every commit stamped `at` or earlier, and none later; call with the journal's lock."""
        self.journal.seal(at)
        return self.log.pin(self.rows.by_key, at)

    def pin_now(self) -> Past:
        """The present state; call with the journal's lock."""
        return Past(dict(self.rows.by_key), ())

    def check_index_keys(self, item: Attributes) -> None:
        """Refuse an item whose value for an index key is not of the type that was declared.

        Raises:
            AwsError: it is of another type, empty, or too long.
        """
        if self.secondary:
            check_index_keys(self.secondary, item)

    def refresh_indexes(self) -> None:
        """Take over which indexes there are; those that stay keep their entries."""
        before = self.secondary
        self.secondary = indexes_of(self, before)
        gone = set(before.values()) - set(self.secondary.values())
        self.followers = tuple(follower for follower in self.followers if follower not in gone)

    def blueprint(self) -> Blueprint:
        """What a restore brings back of this table, as it is now."""
        provisioned = self.billing_mode != "PAY_PER_REQUEST"
        return Blueprint(
            key_schema=deepcopy(self.schema),
            attributes=deepcopy(self.attr),
            billing_mode="PROVISIONED" if provisioned else "PAY_PER_REQUEST",
            throughput={unit: self.throughput[unit] for unit in UNITS} if provisioned else None,
            on_demand=deepcopy(self.on_demand),
            global_indexes=[_global_index(index.describe(), provisioned) for index in self.global_indexes],
            local_indexes=[deepcopy(index.describe()) for index in self.indexes],
            encryption=deepcopy(self.sse_specification),
        )

    def set_stream_specification(self, streams: Shape | None) -> None:
        """Switch the stream on or off, with the journal's lock. One that is on ends before the next one begins.

        Raises:
            AwsError: the view type is missing, or is none.
        """
        view_type = view_type_of(streams)
        self.streams.switch_off()
        self.stream_specification = {"StreamEnabled": False}
        if view_type is not None:
            self.stream_specification = {"StreamEnabled": True, "StreamViewType": view_type}
            self.latest_stream_label = self.streams.switch_on(self, view_type).label

    def describe(self, base_key: str = "TableDescription") -> dict[str, Shape]:
        """What DescribeTable says, with real counts, and a RestoreSummary only while a restore runs."""
        described: Shape = super().describe(base_key)[base_key]
        complete(described, self)
        return {base_key: described}

    def _get_default_encryption_key(self, account_id: str, region: str) -> str:
        """The AWS managed key of this account and Region. Moto would start its KMS for it."""
        key_id = uuid5(NAMESPACE_URL, f"alias/aws/dynamodb/{account_id}/{region}")
        return f"arn:aws:kms:{region}:{account_id}:key/{key_id}"


def _global_index(described: Shape, provisioned: bool) -> Shape:  # noqa: FBT001 - one private caller
    kept = ["IndexName", "KeySchema", "Projection", *(["ProvisionedThroughput"] if provisioned else [])]
    return deepcopy({name: described[name] for name in kept})
