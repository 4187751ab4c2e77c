"""Sums of money follow AWS's rules of what is billed by which size."""

import pytest
from dynadrill.drills.costs.estimate import (
    GB,
    Size,
    copied,
    estimate,
    exported_changes,
    kept_backups,
    point_in_time_month,
    replica_month,
    restored,
    stream_month,
)
from dynadrill.drills.costs.prices import read_prices

PRICES = read_prices()
HALF_TERABYTE = Size(500 * GB)


def usd(*uses: object) -> float:
    """What some uses cost together."""
    return round(estimate(uses, PRICES).usd, 6)  # type: ignore[arg-type]


def test_point_in_time_recovery_costs_by_the_month() -> None:
    """500 GB cost $100 a month (S1-47)."""
    assert usd(point_in_time_month(HALF_TERABYTE)) == 100.0


def test_local_indexes_are_protected_and_global_ones_restored() -> None:
    """The size of local indexes counts for recovery and restore, that of global ones for restore alone (S2-18)."""
    size = Size(100 * GB, local_indexes=50 * GB, global_indexes=30 * GB)
    assert usd(point_in_time_month(size)) == 30.0
    assert usd(restored(size)) == 27.0


def test_daily_backups_add_up() -> None:
    """30 daily backups of 500 GB, all kept for a month, cost $1,500 (S1-48)."""
    assert usd(kept_backups([(500 * GB, 1.0)] * 30)) == 1500.0


def test_a_copy_costs_its_transfer_and_its_storage() -> None:
    """A copy in another Region has two lines: the transfer, and that it is kept there (S1-49)."""
    found = estimate([copied(HALF_TERABYTE), kept_backups([(500 * GB, 1.0)], "us-west-2")], PRICES)
    assert [line.why for line in found.lines] == ["copies to another Region", "backups that are kept"]
    assert [round(line.usd, 2) for line in found.lines] == [10.0, 50.0]
    assert [line.price.name for line in found.unconfirmed] == ["copy_to_another_region"]


def test_a_restore_costs_by_the_gigabyte() -> None:
    """500 GB restored cost $75, and table storage and backup storage are separate lines (S1-50, S1-20, S1-21)."""
    assert usd(restored(HALF_TERABYTE)) == 75.0


def test_the_prices_of_2018_can_be_summed() -> None:
    """100 GB in us-west-1 of late 2018: $22.40 a month with point-in-time recovery, $11.20 a backup (S4-26, S4-27)."""
    size = Size(100 * GB)
    assert usd(point_in_time_month(size, "us-west-1")) == 22.4
    assert usd(kept_backups([(size.items, 1.0)], "us-west-1")) == 11.2


def test_a_backup_costs_by_its_size_when_it_was_asked_for() -> None:
    """Two backups of two sizes are billed each by its own, summed over the month (S4-28)."""
    assert usd(kept_backups([(100 * GB, 1.0), (300 * GB, 1.0)])) == 40.0


def test_a_backup_deleted_in_the_month_is_billed_until_then() -> None:
    """Deleted mid-month it costs half (S4-29)."""
    assert usd(kept_backups([(500 * GB, 0.5)])) == 25.0


def test_incremental_exports_have_a_smallest_charge() -> None:
    """An export of next to nothing is billed as 10 MB."""
    assert exported_changes(1).quantity == pytest.approx(10_000_000 / GB)
    assert exported_changes(3 * GB, 2).quantity == 6


def test_a_replica_costs_storage_and_every_write_again() -> None:
    """A month with 10 million writes on 100 GB: $25 of storage and $6.25 of writes."""
    assert usd(*replica_month(Size(100 * GB), 10_000_000)) == 31.25


def test_a_stream_is_read_shard_by_shard() -> None:
    """Reading 100 GB, ten partitions, every minute is 432,000 reads a month; a small table has one shard."""
    assert usd(stream_month(Size(100 * GB), 60.0)) == 0.0864
    assert usd(stream_month(Size(1), 60.0)) == 0.00864
