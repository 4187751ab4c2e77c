"""Sums of money: what is used, at which price, and whether that price is sure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .prices import Price, Prices

GB = 2**30
SMALLEST_INCREMENTAL_EXPORT = 10_000_000
"""AWS bills at least so many bytes for each (Developer Guide, "DynamoDB data export to Amazon S3")."""

LARGEST_PARTITION_GB = 10.0
A_MONTH_S = 30 * 86_400.0


@dataclass(frozen=True)
class Size:
    """How much a table holds, in bytes: its items, its local indexes, its global indexes."""

    items: int
    local_indexes: int = 0
    global_indexes: int = 0

    @property
    def protected_gb(self) -> float:
        """What point-in-time recovery and exports are billed by: items and local indexes."""
        return (self.items + self.local_indexes) / GB

    @property
    def restored_gb(self) -> float:
        """What a restore is billed by: global indexes too (Developer Guide, "Understanding billing")."""
        return (self.items + self.local_indexes + self.global_indexes) / GB


@dataclass(frozen=True)
class Usage:
    """The table whose protection is priced: its size, how often it is written a month, where it and its copies are."""

    size: Size
    writes_per_month: float
    region: str = "us-east-1"
    other_region: str = "us-west-2"


class Use(NamedTuple):
    """So much of something that has a price: gigabytes, gigabyte-months, or single writes and reads."""

    price: str
    quantity: float
    region: str = "us-east-1"
    why: str = ""


class Line(NamedTuple):
    """One line of a bill."""

    why: str
    quantity: float
    price: Price
    usd: float


@dataclass(frozen=True)
class Estimate:
    """What something costs, line by line; an estimate at the table's prices, and no bill of AWS's."""

    lines: Sequence[Line]

    @property
    def usd(self) -> float:
        """All of it."""
        return sum(line.usd for line in self.lines)

    @property
    def unconfirmed(self) -> Sequence[Line]:
        """The lines whose price is not sure."""
        return [line for line in self.lines if not line.price.confirmed]


def estimate(uses: Iterable[Use], prices: Prices) -> Estimate:
    """What some uses cost.

    Raises:
        UsageError: the table has no price for one of them.
    """
    lines = []
    for use in uses:
        price = prices.of(use.price, use.region)
        units = use.quantity / 1_000_000 if price.per.startswith("million") else use.quantity
        lines.append(Line(use.why or use.price.replace("_", " "), use.quantity, price, units * price.usd))
    return Estimate(lines)


def point_in_time_month(size: Size, region: str = "us-east-1") -> Use:
    """A month of point-in-time recovery: by the size of the table, whatever the period."""
    return Use("point_in_time_storage", size.protected_gb, region, "point-in-time recovery, a month")


def kept_backups(periods: Iterable[tuple[int, float]], region: str = "us-east-1") -> Use:
    """Backups that are kept: for each its size in bytes when it was asked for, and for which part of the month.

    A backup that is deleted is billed until then: AWS bills the rest of the month at once and gives it back.
    """
    gb_months = sum(size / GB * months for size, months in periods)
    return Use("backup_storage", gb_months, region, "backups that are kept")


def restored(size: Size, region: str = "us-east-1") -> Use:
    """One restore of everything."""
    return Use("restore", size.restored_gb, region, "one restore")


def copied(size: Size, times: float = 1, region: str = "us-east-1") -> Use:
    """Backups copied to another Region: what is transferred; that they are kept there is billed beside it."""
    return Use("copy_to_another_region", size.protected_gb * times, region, "copies to another Region")


def exported(size: Size, region: str = "us-east-1") -> Use:
    """One full export."""
    return Use("full_export", size.protected_gb, region, "one full export")


def exported_changes(changed_bytes: int, exports: int = 1, region: str = "us-east-1") -> Use:
    """Incremental exports of so many bytes each."""
    billed = max(changed_bytes, SMALLEST_INCREMENTAL_EXPORT) * exports
    return Use("incremental_export", billed / GB, region, "incremental exports")


def requests_to_s3(gets: float, others: float, region: str = "us-east-1") -> tuple[Use, Use]:
    """Requests to S3: those that get an object or its head, and those that put or list; to delete costs nothing."""
    return Use("s3_get", gets, region, "requests to S3"), Use("s3_put_or_list", others, region, "requests to S3")


def imported(size: Size, region: str = "us-east-1") -> Use:
    """One import of everything, by its uncompressed size."""
    return Use("import", size.items / GB, region, "one import")


def replica_month(size: Size, writes: float, region: str = "us-east-1") -> tuple[Use, Use]:
    """A month of one more replica: its storage, and each write once more (of up to 1 KB)."""
    stored = Use("storage", size.restored_gb, region, "storage of a replica")
    return stored, Use("replicated_write", writes, region, "writes replicated to it")


def stream_month(size: Size, every_s: float, region: str = "us-east-1") -> Use:
    """A month of reading a table's stream: GetRecords on each shard every so often, with about one shard a partition.

    A partition holds up to 10 GB (Developer Guide, "Partitions and data distribution in DynamoDB").
    """
    shards = max(1.0, size.items / GB / LARGEST_PARTITION_GB)
    return Use("stream_read", shards * A_MONTH_S / every_s, region, "reading the stream")
