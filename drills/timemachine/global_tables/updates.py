"""UpdateTable of replicas: one is added, changed or taken away at a time, and it takes its time.

What is refused, and in which words, is as measured on AWS. What AWS shows a few seconds late is shown at once here: the
entry of a new replica in `Replicas`, and its table.
"""

from ..backend import Backend, Request
from ..blueprint import Shape
from ..errors import invalid
from ..regions import partition_of
from ..table import Table
from ..wire import dumps
from .adding import add_replica, finish_adding, override
from .asked import Asked, asked_of_replicas
from .group import GlobalTable
from .leaving import begin_leaving, check_leaving
from .refusals import LOCAL_REGION, exists_as_table, in_use, no_such_replicas, region_not_supported
from .replica import Replica
from .strong import change_strong, create_strong


def update_replicas(request: Request) -> bytes:
    """UpdateTable with ReplicaUpdates."""
    asked = asked_of_replicas(request.body)
    with request.journal.lock:
        table = request.table()
        group = table.replica.group if table.replica is not None else None
        if group is not None and group.is_busy:
            raise in_use()
        _check_regions(request.backend, asked)
        if asked.is_strong or (group is not None and group.is_strong):
            if group is None:
                create_strong(request.backend, table, asked)
            else:
                change_strong(group, table, asked)
        else:
            _change(request.backend, table, asked)
        answer = dumps(table.describe())
        added = [] if table.replica is None else table.replica.group.others(table.replica)
    # Outside the lock: a new table's past stands still, and nobody can see it yet.
    for replica in added:
        _ = replica.table.rows
    return answer


def _check_regions(backend: Backend, asked: Asked) -> None:
    partition = partition_of(backend.region_name)
    known = partition.regions if partition is not None else ()
    for region in (*asked.created, *asked.deleted):
        if region == backend.region_name:
            raise invalid(LOCAL_REGION)
    for region in asked.regions:
        if region not in known:
            raise region_not_supported(region, known)


def _change(backend: Backend, table: Table, asked: Asked) -> None:
    """Carry out the one action that an eventually consistent global table takes at a time."""
    if len(asked.created) > 1 or len(asked.deleted) > 1:
        raise invalid("Update table operation with more than one create or delete replica actions not allowed")
    for region, settings in asked.created.items():
        _create(backend, table, region, settings)
    for region, settings in asked.updated.items():
        override(_replica(table, region), settings)
    for region in asked.deleted:
        replica = _replica(table, region)
        check_leaving(replica)
        begin_leaving([replica])


def _create(backend: Backend, table: Table, region: str, settings: Shape) -> None:
    target = backend.fleet.at(backend.account_id, region)
    if target.is_taken(table.name):
        raise exists_as_table(table.name)
    source = table.replica
    if source is None:
        group = GlobalTable(backend.fleet.replication, backend, table, is_strong=False)
        source = group.replicas[0]
    try:
        replica = add_replica(source, target, settings)
    except Exception:
        if len(source.group.replicas) == 1:
            source.group.dissolve()
        raise
    finish_adding([replica])


def _replica(table: Table, region: str) -> Replica:
    replica = table.replica.group.find(region) if table.replica is not None else None
    if replica is None or replica.table is table:
        raise no_such_replicas([region])
    return replica
