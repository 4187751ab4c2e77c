"""What DescribeTable says beside what moto knows: states, real sizes, and what only the machine has."""

from math import inf
from typing import TYPE_CHECKING

from .blueprint import Shape

if TYPE_CHECKING:
    from .table import Table


def complete(described: Shape, table: "Table") -> None:
    """Bring moto's TableDescription of a table into AWS's form, in place."""
    described["TableId"] = table.table_id
    described["TableSizeBytes"] = 0 if table.is_creating else table.rows.size_bytes
    described["TableStatus"] = table.status
    if table.replica is not None:
        described |= table.replica.described()
    if table.is_creating and table.restoring is not None:
        described["RestoreSummary"] = table.restoring.summary
    if table.life.locked_at < inf:
        described["SSEDescription"] = {
            **described.get("SSEDescription", {}),
            "InaccessibleEncryptionDateTime": table.life.locked_at,
        }
    if table.archival is not None:
        described["ArchivalSummary"] = table.archival
    if table.table_class:
        described["TableClassSummary"] = {"TableClass": table.table_class}
    if table.on_demand:
        described["OnDemandThroughput"] = table.on_demand
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        _complete_indexes(described, kind, table)


def _complete_indexes(described: Shape, kind: str, table: "Table") -> None:
    for index in described[kind]:
        index["IndexArn"] = f"{table.table_arn}/index/{index['IndexName']}"
        known = table.secondary.get(index["IndexName"])
        entries = None if known is None else known.built
        index["ItemCount"] = 0 if entries is None else len(entries)
        index["IndexSizeBytes"] = 0 if entries is None else entries.size_bytes
    if not described[kind]:
        del described[kind]
