"""The operations of DynamoDB, by name, and how its requests are read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from . import backups, observers, querying, reading, recovery, restore, settings, tables, transactions, writing
from .backend import Request
from .global_tables import operations as replicated
from .moto_calls import through_moto
from .transfer import bulk, exports, imports

Operation: TypeAlias = Callable[[Request], bytes]

OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "BatchExecuteStatement": through_moto("batch_execute_statement"),
        "BatchGetItem": reading.batch_get_item,
        "BatchWriteItem": writing.batch_write_item,
        "CancelBulkOperation": bulk.cancel_bulk_operation,
        "CreateBackup": backups.create_backup,
        "CreateGlobalTable": replicated.legacy_change,
        "CreateTable": tables.create_table,
        "DeleteBackup": backups.delete_backup,
        "DeleteItem": writing.delete_item,
        "DeleteResourcePolicy": settings.policy_call("delete_resource_policy"),
        "DeleteTable": replicated.delete_table,
        "DescribeBackup": backups.describe_backup,
        "DescribeBulkOperation": bulk.describe_bulk_operation,
        "DescribeContinuousBackups": recovery.describe_continuous_backups,
        "DescribeContributorInsights": observers.describe_contributor_insights,
        "DescribeEndpoints": through_moto("describe_endpoints"),
        "DescribeExport": exports.describe_export,
        "DescribeGlobalTable": replicated.legacy_look,
        "DescribeGlobalTableSettings": replicated.legacy_look,
        "DescribeImport": imports.describe_import,
        "DescribeKinesisStreamingDestination": observers.describe_kinesis_streaming_destination,
        "DescribeLimits": through_moto("describe_limits"),
        "DescribeTable": tables.describe_table,
        "DescribeTableReplicaAutoScaling": replicated.replica_auto_scaling,
        "DescribeTimeToLive": settings.describe_time_to_live,
        "DisableKinesisStreamingDestination": observers.disable_kinesis_streaming_destination,
        "EnableKinesisStreamingDestination": observers.enable_kinesis_streaming_destination,
        "ExecuteStatement": through_moto("execute_statement"),
        "ExecuteTransaction": replicated.not_on_strong_tables(through_moto("execute_transaction")),
        "ExportTableToPointInTime": exports.export_table_to_point_in_time,
        "GetItem": reading.get_item,
        "GetResourcePolicy": settings.policy_call("get_resource_policy"),
        "ImportTable": imports.import_table,
        "ListBackups": backups.list_backups,
        "ListBulkOperations": bulk.list_bulk_operations,
        "ListExports": exports.list_exports,
        "ListGlobalTables": replicated.legacy_list,
        "ListImports": imports.list_imports,
        "ListContributorInsights": observers.list_contributor_insights,
        "ListTables": through_moto("list_tables"),
        "ListTagsOfResource": settings.list_tags_of_resource,
        "PutItem": writing.put_item,
        "PutResourcePolicy": settings.policy_call("put_resource_policy"),
        "Query": querying.query,
        "RestoreTableFromBackup": restore.restore_table_from_backup,
        "RestoreTableToPointInTime": restore.restore_table_to_point_in_time,
        "Scan": querying.scan,
        "StartBulkPutItems": bulk.start_bulk_put_items,
        "TagResource": settings.tag_resource,
        "TransactGetItems": replicated.not_on_strong_tables(reading.transact_get_items),
        "TransactWriteItems": replicated.not_on_strong_tables(transactions.transact_write_items),
        "UntagResource": settings.untag_resource,
        "UpdateContinuousBackups": recovery.update_continuous_backups,
        "UpdateContributorInsights": observers.update_contributor_insights,
        "UpdateGlobalTable": replicated.legacy_update,
        "UpdateGlobalTableSettings": replicated.legacy_look,
        "UpdateItem": writing.update_item,
        "UpdateTable": replicated.update_table,
        "UpdateTableReplicaAutoScaling": replicated.replica_auto_scaling,
        "UpdateTimeToLive": replicated.update_time_to_live,
    }
)

ITEM_OPERATIONS: Final = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""These look at their members themselves, which is faster; all others have theirs held against AWS's model."""
