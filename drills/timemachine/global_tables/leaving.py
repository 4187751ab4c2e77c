"""Taking a replica away: its table goes, and the last one that stays is a table of its own again."""

from typing import Final

from ..backup import keep_deleted_table
from ..errors import deletion_protected, invalid
from ..windows import DAY_S
from .link import LONGEST_RETRY_S
from .refusals import SOURCE_REGION
from .replica import Replica, Status

UPDATING_S: Final = 36.0
"""So long the other replicas are UPDATING after the deletion of one began, and ACTIVE after that while it still runs
(36 to 47 s were measured on AWS)."""
SOURCE_S: Final = DAY_S
"""So long a replica from which another one was added cannot be deleted, while that one is there."""


def check_leaving(replica: Replica) -> None:
    """Refuse to take a replica away that is protected, or from which another one was added lately.

    Raises:
        AwsError: ValidationException.
    """
    if replica.table.deletion_protection_enabled:
        raise deletion_protected()
    now = replica.backend.journal.now()
    if any(
        other.source == replica.region and now < other.added_at + SOURCE_S for other in replica.group.others(replica)
    ):
        raise invalid(SOURCE_REGION)


def begin_leaving(replicas: list[Replica]) -> None:
    """Take replicas away together, after some time in which they cannot be used; not while a Region is down."""
    group, backend = replicas[0].group, replicas[0].backend
    journal, fleet = backend.journal, backend.fleet
    now = journal.now()
    for replica in replicas:
        replica.status = Status.DELETING
        replica.table.life = replica.table.life._replace(deleting_at=now)
    if group.witness is not None:
        group.witness = group.witness._replace(status=Status.DELETING)
    took_s = fleet.durations.of("replica_delete")
    group.update_until(now + min(UPDATING_S, took_s))

    def finish() -> None:
        if any(replica.region in fleet.outages for replica in replicas):
            journal.agenda.add(journal.now() + LONGEST_RETRY_S, finish)
            return
        for replica in replicas:
            group.leave(replica)
            keep_deleted_table(replica.backend, replica.table)
            replica.backend.let_go(replica.table)

    journal.agenda.add(now + took_s, finish)
