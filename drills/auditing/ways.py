"""Kinds of disaster that a person tells apart, and for each which ways back a table has by what is switched on.

A way is open, shut, or not known to be open: never open because nobody could look.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ..quantities import format_duration
from .facts import Copy, RegionSeen, TableSeen


class Kind(StrEnum):
    """A kind of disaster; its value is what machines know it by."""

    ITEMS = "items"
    EXPIRY = "expiry"
    DROPPED = "dropped"
    CIPHERTEXT = "ciphertext"
    BACKUPS_DELETED = "backups_deleted"
    RECOVERY_OFF = "recovery_off"
    KEY = "key"
    REGION = "region"


TITLES: dict[Kind, str] = {
    Kind.ITEMS: "items overwritten or deleted",
    Kind.EXPIRY: "TTL deletes the wrong items",
    Kind.DROPPED: "the table is dropped",
    Kind.CIPHERTEXT: "an intruder encrypts values",
    Kind.BACKUPS_DELETED: "an intruder deletes backups",
    Kind.RECOVERY_OFF: "recovery is switched off",
    Kind.KEY: "the KMS key is disabled",
    Kind.REGION: "the Region is lost",
}
"""What people call each kind."""

DISASTERS: dict[Kind, tuple[str, ...]] = {
    Kind.ITEMS: (
        "batch_delete", "half_transaction", "overwrite", "single_delete", "slow_deletes", "type_migration",
        "wrong_environment",
    ),
    Kind.EXPIRY: ("ttl_in_milliseconds", "ttl_wrong_attribute"),
    Kind.DROPPED: ("dropped_table",),
    Kind.CIPHERTEXT: ("encrypted_values",),
    Kind.BACKUPS_DELETED: ("deleted_backups",),
    Kind.RECOVERY_OFF: ("recovery_switched_off",),
    Kind.KEY: ("key_disabled",),
    Kind.REGION: ("lost_region",),
}  # fmt: skip
"""The disasters of the catalog by their kind; each is of one."""


class Open(StrEnum):
    """Whether a way back is open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class WayBack(NamedTuple):
    """One way back: the recovery's name in the catalog, whether it is open, and how far it leads, or why not."""

    recovery: str
    open: Open
    because: str


Look = Callable[[TableSeen, RegionSeen], tuple[Open, str]]


@dataclass(frozen=True)
class Way:
    """A recovery, how to see whether a table has it, and which tables it is a way for at all."""

    recovery: str
    look: Look
    concerns: Callable[[TableSeen], bool] = lambda _: True


def ways_back(kind: Kind, table: TableSeen, here: RegionSeen) -> list[WayBack]:
    """Every way that could lead back from a kind of disaster, open ones first.

    Where nothing needs to be brought back, as from a key that nobody can disable, there is none.
    """
    found = [WayBack(way.recovery, *way.look(table, here)) for way in WAYS[kind] if way.concerns(table)]
    return sorted(found, key=lambda way: (Open.YES, Open.UNKNOWN, Open.NO).index(way.open))


def applies(kind: Kind, table: TableSeen) -> str:
    """Why a kind of disaster cannot happen to a table; empty where it can."""
    if kind is Kind.KEY and table.encrypted is False:
        return "the key is DynamoDB's own, which nobody can disable"
    if kind is Kind.KEY and table.key is not None and table.key.of_aws:
        return "AWS manages the key, and nobody else can disable it"
    if kind is Kind.EXPIRY and table.ttl_attribute == "":
        return "TTL is off"
    return ""


def verdict(ways: Sequence[WayBack]) -> Open:
    """Whether a table can be brought back at all: yes by any way, unknown where one may be open."""
    seen = {way.open for way in ways}
    return next((one for one in (Open.YES, Open.UNKNOWN) if one in seen), Open.NO)


def _by_window(table: TableSeen, here: RegionSeen) -> tuple[Open, str]:
    if table.recovery is None:
        return Open.UNKNOWN, table.why_unseen("recovery", "status")
    if not table.recovery.on:
        return Open.NO, "point-in-time recovery is off"
    earliest_at, latest_at = table.recovery.earliest_at, table.recovery.latest_at
    if earliest_at is None or latest_at is None:
        return Open.UNKNOWN, "its window was not told"
    reach, behind = format_duration(latest_at - earliest_at), format_duration(max(0.0, here.now_at - latest_at))
    return Open.YES, f"any second of {reach}, up to {behind} ago"


def _by_kept_backup(table: TableSeen, here: RegionSeen) -> tuple[Open, str]:
    window = _by_window(table, here)
    if window[0] is Open.YES:
        return Open.YES, "DynamoDB keeps a backup of a dropped table for 35 days where recovery is on"
    return window


def _by_protection(table: TableSeen, _here: RegionSeen) -> tuple[Open, str]:
    if table.deletion_protection is None:
        return Open.UNKNOWN, table.why_unseen("status")
    return (Open.YES, "the drop is refused") if table.deletion_protection else (Open.NO, "deletion protection is off")


def _by_backup(table: TableSeen, here: RegionSeen) -> tuple[Open, str]:
    return _newest(table.backups or (), here, table.why_unseen("backups", "status"), "there is no on-demand backup")


def _by_recovery_point(table: TableSeen, here: RegionSeen) -> tuple[Open, str]:
    points = [*(table.recovery_points or ()), *_here(table.copied)]
    return _newest(
        points, here, table.why_unseen("recovery_points", "status"), "AWS Backup has no recovery point of it"
    )


def _by_locked_point(table: TableSeen, here: RegionSeen) -> tuple[Open, str]:
    points = [*(table.recovery_points or ()), *(table.copied or ())]
    kept = [copy for copy in points if copy.locked and not copy.in_another_account]
    if not kept and any(copy.in_another_account for copy in points):
        return Open.UNKNOWN, "a copy went into another account; whether it is still there cannot be seen from here"
    unseen = table.why_unseen("recovery_points", "copied", "status")
    return _newest(kept, here, unseen, "no recovery point is in a locked vault or in another account")


def _by_point_elsewhere(table: TableSeen, here: RegionSeen) -> tuple[Open, str]:
    away = [copy for copy in table.copied or () if copy.region != table.region]
    seen = [copy for copy in away if not copy.in_another_account]
    if away and not seen:
        return Open.UNKNOWN, "a copy went into another account; whether it is still there cannot be seen from here"
    return _newest(seen, here, table.why_unseen("copied", "status"), "no recovery point is in another Region")


def _by_replica(table: TableSeen, _here: RegionSeen) -> tuple[Open, str]:
    if table.replicas is None:
        return Open.UNKNOWN, table.why_unseen("status")
    if not table.replicas:
        return Open.NO, "the table has no replica"
    return Open.YES, f"a replica is in {', '.join(table.replicas)}"


def _by_key(table: TableSeen, _here: RegionSeen) -> tuple[Open, str]:
    if table.key is None:
        return Open.UNKNOWN, table.why_unseen("key", "status")
    if table.key.state in ("Enabled", "Disabled"):
        return Open.YES, "the key can be enabled again, until it is deleted"
    if table.key.state.startswith("Pending"):
        return Open.YES, "its deletion can be cancelled, until it is done"
    return Open.UNKNOWN, f"the key is {table.key.state}"


def _here(copies: Iterable[Copy] | None) -> list[Copy]:
    return [copy for copy in copies or () if not copy.in_another_account]


def _newest(copies: Sequence[Copy], here: RegionSeen, unseen: str, none: str) -> tuple[Open, str]:
    if not copies:
        return (Open.UNKNOWN, unseen) if unseen else (Open.NO, none)
    newest = max(copies, key=lambda copy: copy.made_at)
    age = format_duration(max(0.0, here.now_at - newest.made_at))
    where = "" if newest.region == here.region else f" in {newest.region}"
    return Open.YES, f"the newest copy{where} is {age} old"


POINT_IN_TIME = Way("point_in_time", _by_window)
BACKUP = Way("on_demand_backup", _by_backup)
RECOVERY_POINT = Way("aws_backup", _by_recovery_point)

WAYS: dict[Kind, tuple[Way, ...]] = {
    Kind.ITEMS: (POINT_IN_TIME, BACKUP, RECOVERY_POINT),
    Kind.EXPIRY: (POINT_IN_TIME, BACKUP, RECOVERY_POINT),
    Kind.DROPPED: (
        Way("deletion_protection", _by_protection),
        Way("deleted_table_backup", _by_kept_backup),
        BACKUP,
        RECOVERY_POINT,
    ),
    Kind.CIPHERTEXT: (POINT_IN_TIME, BACKUP, RECOVERY_POINT),
    Kind.BACKUPS_DELETED: (POINT_IN_TIME, Way("aws_backup", _by_locked_point)),
    Kind.RECOVERY_OFF: (BACKUP, RECOVERY_POINT),
    Kind.KEY: (Way("key_enabled_again", _by_key),),
    Kind.REGION: (
        Way("global_table_failover", _by_replica, lambda table: not table.strong),
        Way("strong_global_table_failover", _by_replica, lambda table: table.strong),
        Way("aws_backup", _by_point_elsewhere),
    ),
}
"""What can lead back from each kind: those recoveries of the catalog whose protection shows from outside.

A stream's log and an export are somebody's own; what restores and then repairs (`point_in_time_with_changes`,
`repair_in_place`, `incremental_rollback`, `export_import`, `hybrid`) is open where `point_in_time` is.
"""
