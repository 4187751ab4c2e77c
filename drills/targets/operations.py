"""What each of DynamoDB's operations does to the world, and to which tables: what the guard and the call log go by."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

Parameters: TypeAlias = Mapping[str, Any]
"""The parameters of one call, as boto3 takes them."""


class Kind(StrEnum):
    """What an operation does: nothing, PartiQL, a change to what it names, a new table, or a table from a past."""

    READ = "read"
    STATEMENT = "statement"
    CHANGE = "change"
    CREATE = "create"
    RESTORE = "restore"


_OPERATIONS = {
    Kind.READ: """
        BatchGetItem DescribeBackup DescribeBulkOperation DescribeContinuousBackups DescribeContributorInsights
        DescribeEndpoints DescribeExport DescribeGlobalTable DescribeGlobalTableSettings DescribeImport
        DescribeKinesisStreamingDestination DescribeLimits DescribeTable DescribeTableReplicaAutoScaling
        DescribeTimeToLive GetItem GetResourcePolicy ListBackups ListBulkOperations ListContributorInsights
        ListExports ListGlobalTables ListImports ListTables ListTagsOfResource Query Scan SearchVectors
        TransactGetItems
    """,
    Kind.STATEMENT: "BatchExecuteStatement ExecuteStatement ExecuteTransaction",
    Kind.CHANGE: """
        BatchWriteItem CancelBulkOperation CreateBackup CreateGlobalTable DeleteBackup DeleteItem
        DeleteResourcePolicy DeleteTable DisableKinesisStreamingDestination EnableKinesisStreamingDestination
        ExportTableToPointInTime PutItem PutResourcePolicy StartBulkPutItems TagResource TransactWriteItems
        UntagResource UpdateContinuousBackups UpdateContributorInsights UpdateGlobalTable UpdateGlobalTableSettings
        UpdateItem UpdateKinesisStreamingDestination UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive
    """,
    Kind.CREATE: "CreateTable ImportTable",
    Kind.RESTORE: "RestoreTableFromBackup RestoreTableToPointInTime",
}

KINDS = {operation: kind for kind, names in _OPERATIONS.items() for operation in names.split()}
"""Every operation by name (botocore's DynamoDB model 2012-08-10); one that is not here is not let through."""

_ITEM_OPERATIONS = """
    BatchExecuteStatement BatchGetItem BatchWriteItem DeleteItem ExecuteStatement ExecuteTransaction GetItem PutItem
    Query Scan SearchVectors TransactGetItems TransactWriteItems UpdateItem
"""

ITEM_OPERATIONS = frozenset(_ITEM_OPERATIONS.split())
"""The operations on items; all others are of the control plane."""

NAMING = ("TableName", "TableArn", "ResourceArn", "GlobalTableName", "GlobalTableSourceArn", "BulkOperationArn")
"""The parameters that name what an operation changes; BackupArn, sources and targets are treated apart."""


def table_of(name: str) -> str:
    """The table that a name or an ARN (of a table, or of its backup, stream, index or export) speaks of.

    An ARN of something else is returned whole: no table is called that.
    """
    _, found, rest = name.partition("table/")
    return rest.split("/", 1)[0] if name.startswith("arn:") and found else name


def made_by(parameters: Parameters) -> str:
    """The name of the table that a CREATE or RESTORE operation makes; empty where it names none."""
    of_import = parameters.get("TableCreationParameters", {})
    return str(parameters.get("TargetTableName") or of_import.get("TableName") or parameters.get("TableName") or "")


def changed_by(operation: str, parameters: Parameters) -> list[str]:
    """The tables that an operation of kind CHANGE changes, or on which it acts for good."""
    match operation:
        case "BatchWriteItem":
            named = list(parameters.get("RequestItems", {}))
        case "TransactWriteItems":
            actions = [action for entry in parameters.get("TransactItems", []) for action in entry.values()]
            named = [action.get("TableName", "") for action in actions]
        case "DeleteBackup":
            named = [parameters.get("BackupArn", "")]
        case _:
            named = [parameters[name] for name in NAMING if name in parameters]
    return sorted({table_of(str(name)) for name in named})


def restored_from(parameters: Parameters) -> list[str]:
    """What a RESTORE operation reads: table names, table ARNs and backup ARNs, as given."""
    sources = ("SourceTableName", "SourceTableArn", "BackupArn")
    return [str(parameters[name]) for name in sources if name in parameters]


def tables_of(operation: str, parameters: Parameters) -> list[str]:
    """All tables that a call of the control plane speaks of."""
    named = [*changed_by(operation, parameters), *map(table_of, restored_from(parameters))]
    return sorted({name for name in (*named, made_by(parameters)) if name})
