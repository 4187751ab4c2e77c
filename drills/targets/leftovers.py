"""What a run created and what still exists of it, as the target itself lists it."""

from typing import TYPE_CHECKING, Any

from .inventory import Inventory
from .operations import table_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def tables_left(control: "DynamoDBClient", inventory: Inventory) -> list[str]:
    """The tables that carry the run's prefix or stand in its inventory, in whatever state."""
    left: list[str] = []
    start: dict[str, Any] = {}
    while True:
        page = control.list_tables(**start)
        left += [name for name in page["TableNames"] if name.startswith(inventory.prefix) or inventory.owns(name)]
        if not page.get("LastEvaluatedTableName"):
            return sorted(left)
        start = {"ExclusiveStartTableName": page["LastEvaluatedTableName"]}


def backups_left(control: "DynamoDBClient", inventory: Inventory) -> list[str]:
    """The ARNs of the backups of the run's tables, the service's own (SYSTEM) among them, and of its inventory."""
    left: list[str] = []
    start: dict[str, Any] = {}
    while True:
        page = control.list_backups(BackupType="ALL", **start)
        left += [
            backup["BackupArn"]
            for backup in page.get("BackupSummaries", [])
            if inventory.owns_backup(backup["BackupArn"]) or table_of(backup["BackupArn"]).startswith(inventory.prefix)
        ]
        if not page.get("LastEvaluatedBackupArn"):
            return sorted(left)
        start = {"ExclusiveStartBackupArn": page["LastEvaluatedBackupArn"]}
