"""CreateTable, UpdateTable, DeleteTable: moto's, with what it leaves out."""

from copy import deepcopy

from .backend import Request
from .backup import keep_deleted_table
from .blueprint import Shape
from .definitions import check_definition, check_global_index
from .errors import invalid, not_implemented, not_one_of, resource_not_found
from .lifecycle import FORGOTTEN_BY_BACKUPS_S
from .moto_calls import moto_result
from .names import check_name
from .table import Table
from .wire import dumps, need

CHANGED = (
    "attr",
    "throughput",
    "billing_mode",
    "global_indexes",
    "deletion_protection_enabled",
    "warm_throughput",
    "table_class",
    "sse_specification",
    "on_demand",
)
"""What UpdateTable changes of a table, by moto or here, before it may find that it cannot do the rest."""
CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")
NOT_HERE = (
    "ReplicaUpdates",
    "MultiRegionConsistency",
    "GlobalTableWitnessUpdates",
    "GlobalTableSettingsReplicationMode",
    "GlobalTableSourceArn",
    "VectorIndexes",
    "VectorIndexUpdates",
    "ResourcePolicy",
)
"""Members that moto would ignore; the next version of the machine may know them."""


def describe_table(request: Request) -> bytes:
    """DescribeTable: the one call that sees a table which a restore is filling."""
    name = need(request.body, "TableName", str)
    table = request.backend.find(name)
    if table is None:
        raise resource_not_found(name)
    if not table.is_creating:
        # Sizes are real: worked out here, while nobody has to wait for the journal.
        table.fill()
        for index in table.secondary.values():
            index.ready(table)
    with request.journal.lock:
        # A table that is being changed meanwhile is described as it was before or after it.
        return dumps(table.describe(base_key="Table"))


def create_table(request: Request) -> bytes:
    """CreateTable; the table is ACTIVE at once, unless creating one was given a duration."""
    name = check_name(need(request.body, "TableName", str), "tableName")
    _refuse_missing_features(request.body)
    check_definition(request.body)
    with request.journal.unit():
        moto_result(request, "create_table")
        table = request.backend.tables[name]
        _apply_rest(table, request.body)
        table.streams.settle(max(request.journal.now(), table.life.active_at))
        return dumps(table.describe())


def update_table(request: Request) -> bytes:
    """UpdateTable; what it changes holds at once, all of it or nothing. UPDATING only where that has a duration."""
    _refuse_missing_features(request.body)
    _check_added(request.body)
    table = request.changeable()
    request.backend.fleet.keys.refuse_unusable(request.body.get("SSESpecification"))
    with request.journal.unit():
        before = {name: deepcopy(getattr(table, name)) for name in CHANGED}
        try:
            moto_result(request._replace(body=_without_streams(request.body)), "update_table")
            _keep_types(table, before["attr"])
            _apply_rest(table, request.body)
            if "StreamSpecification" in request.body:
                # Last, and in one step: a stream that began cannot be taken back.
                request.backend.update_table_streams(table, request.body["StreamSpecification"])
        except Exception:
            vars(table).update(before)
            raise
        finally:
            table.refresh_indexes()
        updated_at = request.journal.now() + request.backend.fleet.durations.of("update_table")
        table.life = table.life._replace(updated_at=updated_at)
        if "StreamSpecification" in request.body:
            table.streams.settle(updated_at)
        return dumps(table.describe())


def _check_added(body: Shape) -> None:
    for step in body.get("GlobalSecondaryIndexUpdates") or []:
        if step.get("Create"):
            check_global_index(step["Create"])


def _without_streams(body: Shape) -> Shape:
    return {name: value for name, value in body.items() if name != "StreamSpecification"}


def _keep_types(table: Table, declared: list[Shape]) -> None:
    """Keep the types that are not declared again, which moto forgets, and refuse a key without a type."""
    renewed = {attribute["AttributeName"] for attribute in table.attr}
    table.attr = [*table.attr, *(old for old in declared if old["AttributeName"] not in renewed)]
    known = {attribute["AttributeName"] for attribute in table.attr}
    for index in table.all_indexes():
        missing = [name for name in index.schema_key_attrs if name not in known]
        if missing:
            raise invalid(
                "One or more parameter values were invalid: Some index key attributes are not defined in "
                f"AttributeDefinitions. Keys: {missing}, AttributeDefinitions: {sorted(known)}"
            )


def delete_table(request: Request) -> bytes:
    """DeleteTable; the table is gone at once, unless deleting has a duration; recovery leaves a SYSTEM backup."""
    backend = request.backend
    with request.journal.unit():
        table = backend.delete_table(need(request.body, "TableName", str))
        gone_at = table.life.gone_at
        forgotten_at = min(gone_at, request.journal.now() + FORGOTTEN_BY_BACKUPS_S)
        if gone_at > request.journal.now():
            request.journal.agenda.add(forgotten_at, lambda: keep_deleted_table(backend, table))
            request.journal.agenda.add(gone_at, lambda: backend.let_go(table))
        else:
            keep_deleted_table(backend, table)
            backend.let_go(table)
        return dumps(table.describe())


def _refuse_missing_features(body: Shape) -> None:
    for member in NOT_HERE:
        if body.get(member):
            raise not_implemented(member)


def _apply_rest(table: Table, body: Shape) -> None:
    table_class = body.get("TableClass")
    if table_class is not None:
        if table_class not in CLASSES:
            raise not_one_of("tableClass", table_class, CLASSES)
        table.table_class = table_class
    if body.get("SSESpecification") is not None:
        table.encrypt(body["SSESpecification"])
    if body.get("OnDemandThroughput") is not None:
        table.on_demand = body["OnDemandThroughput"]
    if body.get("BillingMode") == "PROVISIONED":
        table.on_demand = None
