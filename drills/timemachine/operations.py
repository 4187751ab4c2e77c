"""The operations of DynamoDB, by name, and how its requests are read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from . import backups, querying, reading, recovery, restore, settings, tables, transactions, writing
from .backend import Request
from .moto_calls import through_moto

Operation: TypeAlias = Callable[[Request], bytes]

OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "BatchExecuteStatement": through_moto("batch_execute_statement"),
        "BatchGetItem": reading.batch_get_item,
        "BatchWriteItem": writing.batch_write_item,
        "CreateBackup": backups.create_backup,
        "CreateTable": tables.create_table,
        "DeleteBackup": backups.delete_backup,
        "DeleteItem": writing.delete_item,
        "DeleteResourcePolicy": settings.policy_call("delete_resource_policy"),
        "DeleteTable": tables.delete_table,
        "DescribeBackup": backups.describe_backup,
        "DescribeContinuousBackups": recovery.describe_continuous_backups,
        "DescribeEndpoints": through_moto("describe_endpoints"),
        "DescribeLimits": through_moto("describe_limits"),
        "DescribeTable": tables.describe_table,
        "DescribeTimeToLive": settings.describe_time_to_live,
        "ExecuteStatement": through_moto("execute_statement"),
        "ExecuteTransaction": through_moto("execute_transaction"),
        "GetItem": reading.get_item,
        "GetResourcePolicy": settings.policy_call("get_resource_policy"),
        "ListBackups": backups.list_backups,
        "ListTables": through_moto("list_tables"),
        "ListTagsOfResource": settings.list_tags_of_resource,
        "PutItem": writing.put_item,
        "PutResourcePolicy": settings.policy_call("put_resource_policy"),
        "Query": querying.query,
        "RestoreTableFromBackup": restore.restore_table_from_backup,
        "RestoreTableToPointInTime": restore.restore_table_to_point_in_time,
        "Scan": querying.scan,
        "TagResource": settings.tag_resource,
        "TransactGetItems": reading.transact_get_items,
        "TransactWriteItems": transactions.transact_write_items,
        "UntagResource": settings.untag_resource,
        "UpdateContinuousBackups": recovery.update_continuous_backups,
        "UpdateItem": writing.update_item,
        "UpdateTable": tables.update_table,
        "UpdateTimeToLive": settings.update_time_to_live,
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
