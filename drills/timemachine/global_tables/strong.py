"""Strong global tables (MRSC): three Regions of one set from the start, two of them replicas at least, and then fixed.

The three Regions are three replicas, or two and a witness, of one Region set; the table starts empty, and has no local
index and no time to live (Developer Guide, "How DynamoDB global tables work"). AWS was seen to take a Region of another
set all the same; its guide says no, and so do we.
"""

from ...region_sets import set_of
from ..backend import Backend
from ..errors import invalid
from ..table import Table
from .adding import add_replica, finish_adding
from .asked import Asked
from .group import GlobalTable, Witness
from .leaving import begin_leaving, check_leaving
from .refusals import (
    ONE_STRONG_REPLICA,
    exists_as_table,
    no_such_replicas,
    not_on_strong,
    regions_not_strong,
)
from .replica import Status


def create_strong(backend: Backend, table: Table, asked: Asked) -> None:
    """Make a table the first replica of a strong global table.

    Raises:
        AwsError: the Regions are not three of one set, the table is not empty, or it has what such a table may not.
    """
    if asked.witness_created == backend.region_name:
        raise invalid(
            "Cannot add a witness in the same region as an existing replica when creating a global table with "
            "MultiRegionConsistency set to STRONG."
        )
    if len(asked.regions) != 2:
        raise invalid("Unsupported replica count for global tables with MultiRegionConsistency set to STRONG.")
    _check_set(backend.region_name, asked)
    _check_table(table)
    targets = [backend.fleet.at(backend.account_id, region) for region in asked.created]
    if any(target.is_taken(table.name) for target in targets):
        raise exists_as_table(table.name)
    group = GlobalTable(backend.fleet.replication, backend, table, is_strong=True)
    first = group.replicas[0]
    try:
        added = [add_replica(first, target, asked.created[target.region_name]) for target in targets]
    except Exception:
        for target in targets:
            target.tables.pop(table.name, None)
        group.dissolve()
        raise
    if asked.witness_created is not None:
        group.witness = Witness(asked.witness_created, Status.CREATING)
    finish_adding(added)


def change_strong(group: GlobalTable, table: Table, asked: Asked) -> None:
    """Dissolve a strong global table, the only change that it takes: all other replicas and the witness at once.

    Raises:
        AwsError: anything else is asked, the table is not strong and is to become so, or a replica may not go yet.
    """
    if not group.is_strong:
        if len(asked.regions) != 2:
            raise invalid("Unsupported replica count for global tables with MultiRegionConsistency set to STRONG.")
        raise invalid("MultiRegionConsistency parameter is unsupported on existing global table")
    if asked.consistency is not None:
        raise invalid("MultiRegionConsistency parameter is unsupported on existing global table")
    if asked.created:
        raise invalid("Cannot add replicas to a global table with strong MultiRegionConsistency")
    if asked.updated:
        raise not_on_strong("Updating a replica")
    _check_all_are_named(group, table, asked)
    leaving = [replica for replica in group.replicas if replica.table is not table]
    for replica in leaving:
        check_leaving(replica)
    begin_leaving(leaving)


def _check_all_are_named(group: GlobalTable, table: Table, asked: Asked) -> None:
    others = {replica.region for replica in group.replicas if replica.table is not table}
    unknown = sorted(set(asked.deleted) - others)
    if unknown:
        raise no_such_replicas(unknown)
    witness = group.witness.region if group.witness is not None else None
    if asked.witness_deleted is not None and asked.witness_deleted != witness:
        raise no_such_replicas([asked.witness_deleted], "witnesses")
    if witness is not None and asked.witness_deleted is None:
        raise invalid("Update table delete operation does not include all witnesses.")
    if set(asked.deleted) != others:
        raise invalid(ONE_STRONG_REPLICA)


def _check_set(home: str, asked: Asked) -> None:
    fitting = set_of(home)
    if not fitting:
        raise regions_not_strong([home])
    outside = [region for region in asked.regions if region not in fitting]
    if outside:
        raise regions_not_strong(outside)


def _check_table(table: Table) -> None:
    if len(table):
        raise not_on_strong("A table that is not empty")
    if table.indexes:
        raise not_on_strong("A local secondary index")
    if table.ttl["TimeToLiveStatus"] == "ENABLED":
        raise not_on_strong("Time to live")
