"""DynamoDB's operations as they are for a replica: settings that go to all Regions, and what a replica may not do."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from .. import settings, tables
from ..backend import Request
from ..blueprint import Shape
from ..errors import AwsError, invalid, not_implemented
from ..table import Table
from ..wire import dumps, need
from .asked import is_about_replicas
from .leaving import check_leaving
from .refusals import LEGACY, ONE_STRONG_REPLICA, in_use, no_global_table, not_on_strong
from .replica import Replica, Status
from .updates import update_replicas

SYNCHRONISED: Final = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexUpdates",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "SSESpecification",
    "TableClass",
    "WarmThroughput",
)
"""What UpdateTable changes in all Regions (Developer Guide, "How DynamoDB global tables work"; that a change of the
table class is one of them was measured on AWS)."""


def update_table(request: Request) -> bytes:
    """UpdateTable: of replicas, or of settings, of which some go to all Regions."""
    if is_about_replicas(request.body):
        return update_replicas(request)
    with request.journal.lock:
        replica = _replica(request)
        if replica is None:
            return tables.update_table(request)
        if replica.group.is_busy:
            _check_stream(replica, request.body)
            raise in_use()
        _check_stream(replica, request.body)
        answer = tables.update_table(request)
        for other in replica.group.others(replica):
            shared = _shared(request.body, other.table)
            if shared:
                tables.update_table(Request(other.backend, {"TableName": other.table.name, **shared}))
        return answer


def _shared(body: Shape, other: Table) -> Shape:
    """The part of a change that another replica gets; what is read there, and by which key it is kept, is its own."""
    shared = {name: body[name] for name in SYNCHRONISED if body.get(name) is not None}
    encryption = shared.get("SSESpecification")
    if encryption is not None:
        shared["SSESpecification"] = {name: value for name, value in encryption.items() if name != "KMSMasterKeyId"}
    on_demand = shared.pop("OnDemandThroughput", None)
    if on_demand is not None and "MaxWriteRequestUnits" in on_demand:
        own = other.on_demand or {}
        shared["OnDemandThroughput"] = {**own, "MaxWriteRequestUnits": on_demand["MaxWriteRequestUnits"]}
    return shared


def _check_stream(replica: Replica, body: Shape) -> None:
    """Refuse to touch the stream that replication reads."""
    stream = body.get("StreamSpecification")
    if stream is None or replica.group.is_strong:
        return
    if stream.get("StreamEnabled"):
        raise invalid(f"Table already has an enabled stream: TableName: {replica.table.name}")
    raise invalid(
        "One or more parameter values were invalid: Disabling Stream is not allowed for a Global Table replica."
    )


def delete_table(request: Request) -> bytes:
    """DeleteTable: of a replica it takes this replica away and leaves the others."""
    with request.journal.lock:
        replica = _replica(request)
        if replica is None:
            return tables.delete_table(request)
        if replica.status is Status.DELETING:
            raise in_use()
        if replica.status is Status.ACTIVE:
            if replica.group.is_strong:
                raise invalid(ONE_STRONG_REPLICA)
            check_leaving(replica)
            if replica.group.is_busy:
                raise in_use()
        answer = tables.delete_table(request)
        replica.group.leave(replica)
        return answer


def update_time_to_live(request: Request) -> bytes:
    """UpdateTimeToLive: goes to all Regions; a strong global table has none."""
    with request.journal.lock:
        replica = _replica(request)
        others = [] if replica is None or replica.status is not Status.ACTIVE else replica.group.others(replica)
        if replica is not None and replica.status is Status.ACTIVE and replica.group.is_strong:
            raise not_on_strong("Time to live")
    # Outside the lock: who sets it reads what is there.
    return settings.update_time_to_live(request, [each.table for each in others if each.status is Status.ACTIVE])


def not_on_strong_tables(operation: Callable[[Request], bytes]) -> Callable[[Request], bytes]:
    """An operation of transactions, which a strong global table does not take part in."""

    def checked(request: Request) -> bytes:
        groups = request.backend.fleet.replication.groups
        strong = [
            replica.table.name
            for group in list(groups)
            if group.is_strong
            for replica in list(group.replicas)
            if replica.backend is request.backend
        ]
        if strong and any(table in strong for table in _in_transaction(request, strong)):
            raise not_on_strong("A transaction")
        return operation(request)

    return checked


def _in_transaction(request: Request, strong: list[str]) -> Iterator[str]:
    steps: Any = request.body.get("TransactItems")
    for step in steps if isinstance(steps, list) else ():
        for action in step.values() if isinstance(step, dict) else ():
            name = action.get("TableName") if isinstance(action, dict) else None
            table = request.backend.find(name) if isinstance(name, str) else None
            if table is not None:
                yield table.name
    statements: Any = request.body.get("TransactStatements")
    for each in statements if isinstance(statements, list) else ():
        text = each.get("Statement") if isinstance(each, dict) else None
        words = re.findall(r"[\w.-]+", text) if isinstance(text, str) else []
        yield from (name for name in strong if name in words)


def _replica(request: Request) -> Replica | None:
    table = request.backend.find(need(request.body, "TableName", str))
    return table.replica if table is not None else None


def legacy_change(_request: Request) -> bytes:
    """CreateGlobalTable: AWS refuses it everywhere (measured in 2026).

    Raises:
        AwsError: always.
    """
    raise invalid(LEGACY)


def legacy_update(request: Request) -> bytes:
    """UpdateGlobalTable: nothing is added any more, and there is nothing to take away.

    Raises:
        AwsError: always.
    """
    updates = request.body.get("ReplicaUpdates") or []
    if any("Create" in update for update in updates):
        raise invalid(LEGACY)
    raise _no_legacy_table(request)


def legacy_look(request: Request) -> bytes:
    """DescribeGlobalTable and the like: a table of this version is nowhere.

    Raises:
        AwsError: always GlobalTableNotFoundException.
    """
    raise _no_legacy_table(request)


def _no_legacy_table(request: Request) -> AwsError:
    name = request.body.get("GlobalTableName")
    return AwsError("GlobalTableNotFoundException", f"Global table with name: '{name}' does not exist.")


def legacy_list(_request: Request) -> bytes:
    """ListGlobalTables: none, as on AWS."""
    return dumps({"GlobalTables": []})


def replica_auto_scaling(request: Request) -> bytes:
    """DescribeTableReplicaAutoScaling and UpdateTableReplicaAutoScaling.

    Raises:
        AwsError: the table has no replicas; auto scaling is not implemented.
    """
    if _replica(request) is None:
        raise no_global_table(request.body["TableName"])
    raise not_implemented("auto scaling of replicas")
