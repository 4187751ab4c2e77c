"""The states of a table in which it cannot be changed or deleted."""

from .errors import being
from .table import Table


def refuse_unsettled(table: Table) -> None:
    """Refuse to change a table that is being created, updated or deleted.

    Raises:
        AwsError: ResourceInUseException.
    """
    doing = {"CREATING": "created", "UPDATING": "updated", "DELETING": "deleted"}.get(table.status)
    if doing is not None:
        raise being(doing, table.name)


def refuse_undeletable(table: Table) -> None:
    """Refuse to delete a table that is being created, updated, deleted, or backed up by AWS Backup.

    Raises:
        AwsError: ResourceInUseException.
    """
    refuse_unsettled(table)
    if table.is_being_backed_up:
        raise being("backed up", table.name)
