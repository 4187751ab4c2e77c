"""How long things take in target time: models, not sleeps, and not AWS's numbers.

Each duration is a base that is drawn anew for every piece of work, plus what its size adds. The bases are what was
measured on AWS on tables of at most a few items (81 to 721 s for a restore, 125 to 726 s for an
export, 14 to 49 s for a replica of an empty table and 686 s for one with an item); where nothing was measured the
range is ours. An expired item is left for `expiry`: AWS says "typically within a few days", and 10 to 30 minutes were
seen on small tables. What size adds follows AWS's words: a restore takes as long as its largest partition, by items and
not by bytes; every global index adds to it; the table's own provisioned capacity changes nothing.
"""

from collections.abc import Mapping
from random import Random
from typing import Final, NamedTuple

from ..errors import UsageError

RANGES_S: Final[Mapping[str, tuple[float, float]]] = {
    "restore": (120.0, 600.0),
    "backup": (0.05, 0.05),
    "create_table": (0.0, 0.0),
    "update_table": (0.0, 0.0),
    "delete_table": (0.0, 0.0),
    "backups_ready": (0.0, 0.0),
    "system_backup": (0.0, 0.0),
    "export": (125.0, 726.0),
    "import": (60.0, 300.0),
    "bulk": (60.0, 300.0),
    "replica": (14.0, 49.0),
    "replica_with_items": (300.0, 700.0),
    "replica_delete": (121.0, 244.0),
    "backup_job": (60.0, 300.0),
    "copy_job": (120.0, 600.0),
    "restore_job": (120.0, 600.0),
    "expiry": (600.0, 14_400.0),
}
"""The base of each kind of work: least and most seconds.

A table is created, changed and deleted at once unless a duration is given, as drills would wait for it all the time. On
AWS were measured 4 to 6 s for `update_table`, about 5 s for `delete_table`, up to 6 s from ACTIVE until backups can be
made (`backups_ready`), and 5 to 10 s until the backup of a deleted table is listed (`system_backup`).
"""

ITEMS_PER_S: Final = 50_000
"""So many items of its largest partition a restore writes in a second: about 6 h for a billion, and AWS once said that
billions take less than 10 h."""
BYTES_PER_S: Final = 50 * 1024 * 1024
"""So many bytes an export, an import, a copy or a new replica moves in a second; ours, nothing is documented."""
LONGEST_S: Final = 366 * 86_400.0
"""A year: what takes longer would end after all dates."""
PER_INDEX: Final = 0.25
"""By so much of the time that the items take, each global index lengthens a restore; ours."""


class Load(NamedTuple):
    """What a piece of work has to move."""

    items: int = 0
    size_bytes: int = 0
    largest_partition: int = 0
    """Items of the partition with the most."""
    global_indexes: int = 0


SIZED_BY_PARTITION: Final = frozenset({"restore", "restore_job"})
SIZED_BY_BYTES: Final = frozenset({"export", "import", "bulk", "replica_with_items", "backup_job", "copy_job"})
"""Work of these kinds takes longer for a larger table; that of all others does not."""
NOTHING = Load()


def likely(kind: str, load: Load = NOTHING) -> tuple[float, float] | None:
    """Between how many seconds and how many work of a kind takes by the model; None where it has no word on it.

    Where nobody says how many items the largest partition has, it may be any number of the table's.
    """
    least_s, most_s = RANGES_S.get(kind, (0.0, 0.0))
    if most_s == 0.0:
        return None
    most = load._replace(largest_partition=load.largest_partition or load.items)
    return least_s + _by_size(kind, load), most_s + _by_size(kind, most)


def _by_size(kind: str, load: Load) -> float:
    """What size adds, in seconds."""
    if kind in SIZED_BY_PARTITION:
        return load.largest_partition / ITEMS_PER_S * (1 + PER_INDEX * load.global_indexes)
    return load.size_bytes / BYTES_PER_S if kind in SIZED_BY_BYTES else 0.0


class Durations:
    """How long the next piece of work takes; call with the journal's lock.

    Args:
        random: seeded, so that a machine's durations repeat.
        fixed: kinds of work whose duration is not left to the model, in seconds.

    Raises:
        UsageError: a kind of work that there is not, or a duration that is negative or longer than a year.
    """

    def __init__(self, random: Random, fixed: Mapping[str, float]) -> None:
        for kind, seconds in fixed.items():
            if kind not in RANGES_S:
                raise UsageError(f"there is no duration {kind!r}", f"There are {', '.join(RANGES_S)}.")
            if not 0 <= seconds <= LONGEST_S:
                raise UsageError(f"the duration {kind} is {seconds:g} s", f"Give 0 to {LONGEST_S:.0f} seconds.")
        self.fixed = dict(fixed)
        self._random = random

    def of(self, kind: str, load: Load = NOTHING) -> float:
        """Seconds of target time that the next piece of work of a kind takes.

        A base is drawn also where the duration is fixed, so that fixing one changes no other.
        """
        least_s, most_s = RANGES_S[kind]
        base_s = least_s if least_s == most_s else self._random.uniform(least_s, most_s)
        if kind in self.fixed:
            return self.fixed[kind]
        return base_s + _by_size(kind, load)

    def spread(self, kind: str, lot: float) -> float:
        """Seconds that one of very many pieces of work takes, by a lot between 0 and 1 that the caller has drawn.

        It draws nothing and can be called without the lock.
        """
        least_s, most_s = RANGES_S[kind]
        return self.fixed.get(kind, least_s + lot * (most_s - least_s))
