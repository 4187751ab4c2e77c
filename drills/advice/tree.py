"""The rules by which a strategy is chosen, as a tree: from the RPO and the RTO to one, before anything is measured.

They are the rules of thumb that teams go by; whether what they name meets the objectives is said by `weighing`.
"""

from dataclasses import dataclass
from enum import StrEnum

HOUR_S, DAY_S = 3_600.0, 86_400.0
MOST_OF_A_FAST_RTO_S = 4 * HOUR_S

SHORTEST_RESTORE_S = 1_200.0
"""Our assumption for the least that a restore on AWS is planned with: the guide of 2019 said up to 20 minutes even for
an empty table, today's says several hours are possible (Developer Guide, "Restoring a table to a point in time")."""


NEARLY_NOTHING_S = 2.0
"""Below this no asynchronous copy can be promised to be."""


@dataclass(frozen=True)
class Needs:
    """What the business asks for: durations in seconds, US dollars a month; None where it does not ask.

    `react_s` is how long people need to notice and to decide; None leaves that to the stories that were drilled.
    """

    rpo_s: float
    rto_s: float
    region_loss: bool = False
    compliance: bool = False
    budget_usd: float | None = None
    react_s: float | None = None


class Leaf(StrEnum):
    """Where the tree ends, with the rule that led there."""

    NO_RESTORE_IS_SO_FAST = "no_restore_is_so_fast"
    RECOVERY_ALONE = "recovery_alone"
    STRONG_REPLICA_AND_RECOVERY = "strong_replica_and_recovery"
    REPLICA_AND_RECOVERY = "replica_and_recovery"
    RECOVERY_AND_HOURLY_COPIES = "recovery_and_hourly_copies"
    HOURLY_COPIES = "hourly_copies"
    DAILY_COPIES = "daily_copies"
    DAILY_ARCHIVE = "daily_archive"


RULES: dict[Leaf, tuple[str | None, str]] = {
    Leaf.NO_RESTORE_IS_SO_FAST: (
        None,
        (
            "an RTO below 20 minutes leaves no time for a restore, and a replica holds the bad writes too: ask for a"
            " longer RTO, or keep the damage from happening"
        ),
    ),
    Leaf.RECOVERY_ALONE: (
        "point_in_time",
        "the least cost against bad writes: point-in-time recovery and nothing else",
    ),
    Leaf.STRONG_REPLICA_AND_RECOVERY: (
        "strong_global_tables_and_point_in_time",
        (
            "no loss at all when a Region is lost: a global table with strong consistency, which has to be made so"
            " while it is empty; since it replicates bad writes like good ones, with point-in-time recovery beside it"
        ),
    ),
    Leaf.REPLICA_AND_RECOVERY: (
        "global_tables_and_point_in_time",
        (
            "next to no downtime and loss when a Region is lost: a global table; since it replicates bad writes like"
            " good ones, with point-in-time recovery beside it"
        ),
    ),
    Leaf.RECOVERY_AND_HOURLY_COPIES: (
        "point_in_time_and_hourly_copies",
        "the balance: point-in-time recovery for bad writes, and an hourly backup that is copied for a lost Region",
    ),
    Leaf.HOURLY_COPIES: (
        "hourly_copies",
        "an hour may be lost and more than four pass: hourly backups that are copied are enough",
    ),
    Leaf.DAILY_COPIES: ("daily_backups", "a day may be lost: a daily backup that is copied is enough"),
    Leaf.DAILY_ARCHIVE: ("daily_backups", "compliance: daily backups, kept as long as the law says, with a copy"),
}
"""By leaf the strategy that the rule names (None: there is none), and the rule."""


def decide(needs: Needs) -> Leaf:
    """Go down the tree."""
    if not needs.region_loss:
        if needs.compliance and needs.rpo_s >= DAY_S:
            return Leaf.DAILY_ARCHIVE
        return Leaf.NO_RESTORE_IS_SO_FAST if needs.rto_s < SHORTEST_RESTORE_S else Leaf.RECOVERY_ALONE
    if needs.rpo_s < NEARLY_NOTHING_S:
        return Leaf.STRONG_REPLICA_AND_RECOVERY
    if needs.rpo_s < HOUR_S or needs.rto_s < SHORTEST_RESTORE_S:
        return Leaf.REPLICA_AND_RECOVERY
    if needs.rpo_s >= DAY_S:
        return Leaf.DAILY_ARCHIVE if needs.compliance else Leaf.DAILY_COPIES
    return Leaf.HOURLY_COPIES if needs.rto_s > MOST_OF_A_FAST_RTO_S else Leaf.RECOVERY_AND_HOURLY_COPIES
