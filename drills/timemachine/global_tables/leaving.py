"""Taking a replica away: its table goes, and the last one that stays is a table of its own again."""

from ..backups import keep_deleted_table
from .link import LONGEST_RETRY_S
from .replica import Replica, Status


def begin_leaving(replicas: list[Replica]) -> None:
    """Take replicas away together, after some time in which they cannot be used; not while a Region is down."""
    group = replicas[0].group
    backend = replicas[0].backend
    journal, fleet = backend.journal, backend.fleet
    for replica in replicas:
        replica.status = Status.DELETING
        replica.leaving_at = journal.now()
    if group.is_strong and group.witness is not None:
        group.witness = group.witness._replace(status=Status.DELETING)

    def finish() -> None:
        if any(replica.region in fleet.outages for replica in replicas):
            journal.agenda.add(journal.now() + LONGEST_RETRY_S, finish)
            return
        for replica in replicas:
            group.leave(replica)
            keep_deleted_table(replica.backend, replica.backend.delete_table(replica.table.name))

    journal.agenda.add(journal.now() + fleet.durations.of("replica_delete"), finish)
