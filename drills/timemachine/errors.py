"""The refusals of DynamoDB: exception name, HTTP status and text, as AWS answers them.

Names and texts are those of botocore's service model and of answers measured on AWS. A text that no source gives is
ours and says what to do.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Self

PREFIX = "com.amazonaws.dynamodb.v20120810#"
COMMON_PREFIX = "com.amazon.coral.service#"
COMMON = frozenset({"SerializationException", "UnknownOperationException"})


class AwsError(Exception):
    """A request that DynamoDB refuses.

    Args:
        name: the exception's name in the service model, such as `TableNotFoundException`.
        message: the text that the caller reads.
        status: the HTTP status; 400 unless the fault is the service's.
        details: further members of the answer, such as `Item` of a failed condition.
    """

    def __init__(self, name: str, message: str, *, status: int = 400, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.status = status
        self.details = details or {}

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Pickle without status and details: only the name and the text travel between processes."""
        return type(self), (self.name, self.message)

    def body(self) -> dict[str, Any]:
        """The answer's members."""
        prefix = COMMON_PREFIX if self.name in COMMON else PREFIX
        return {"__type": prefix + self.name, "message": self.message, **self.details}


class SchemaMismatchError(AwsError):
    """An item that does not fit the keys of its table or indexes; within a transaction a reason to cancel it."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:  # type: ignore[override]  # it takes a text only
        """Pickle the text."""
        return type(self), (self.message,)


def invalid(message: str) -> AwsError:
    """The shape or the values of a request are wrong."""
    return AwsError("ValidationException", message)


def unfit(member: str, must: str, value: object = None) -> AwsError:
    """A member breaks a constraint of its model, in AWS's words; `must` goes on after "Member must".

    The name is as AWS writes it here, which begins with a small letter. A value of None is not said.
    """
    said = "" if value is None else f" '{value}'"
    return invalid(
        f"1 validation error detected: Value{said} at '{as_said(member)}' failed to satisfy constraint: "
        f"Member must {must}"
    )


def wrong_length(member: str, most: int) -> AwsError:
    """A member that is a list is empty, or longer than it may be."""
    return unfit(
        member, f"have length less than or equal to {most}, Member must have length greater than or equal to 1"
    )


def not_one_of(member: str, value: object, choices: Iterable[str]) -> AwsError:
    """A member is none of the words that it can be."""
    return unfit(member, f"satisfy enum value set: [{', '.join(choices)}]", value)


def null_member(member: str) -> AwsError:
    """A required member of a request is missing."""
    return invalid(
        f"1 validation error detected: Value null at '{as_said(member)}' failed to satisfy constraint: "
        "Member must not be null"
    )


def as_said(member: str) -> str:
    """A member's name as AWS writes it in messages: `tableName`."""
    return member[:1].lower() + member[1:]


def not_serializable(message: str) -> AwsError:
    """A request is not JSON of the shape that the operation takes."""
    return AwsError("SerializationException", message)


def not_implemented(what: str) -> AwsError:
    """AWS has it and this machine does not: said plainly, never silently ignored."""
    return invalid(f"{what} is not implemented by the dynadrill time machine")


def unknown_operation(operation: str) -> AwsError:
    """An operation that this machine does not have."""
    return AwsError(
        "UnknownOperationException", f"the dynadrill time machine has no operation {operation or '(none named)'}"
    )


def unknown_service(name: str) -> AwsError:
    """A service that this machine does not have; no name is that of a request that is not signed."""
    if not name:
        what = (
            "this request is not signed and has no X-Amz-Target, so that it is for no service; GET / says what is here"
        )
    else:
        what = f"the dynadrill time machine has no service {name}"
    return AwsError("UnknownOperationException", what)


def resource_not_found(table: str | None = None) -> AwsError:
    """What data and settings calls say about a table that is not there, or that is still being restored."""
    suffix = f": Table: {table} not found" if table else ""
    return AwsError("ResourceNotFoundException", "Requested resource not found" + suffix)


def table_not_found(table: str) -> AwsError:
    """What backup and recovery calls say about a table that is not there."""
    return AwsError("TableNotFoundException", f"Table not found: {table}")


def table_exists(table: str) -> AwsError:
    """A restore names a target that is there."""
    return AwsError("TableAlreadyExistsException", f"Table already exists: {table}")


def table_being_restored(table: str) -> AwsError:
    """A restore names a target that another restore is still filling."""
    return AwsError("TableInUseException", f"Table is already being restored: {table}")


def resource_in_use(message: str) -> AwsError:
    """A table cannot be created or deleted in the state it is in."""
    return AwsError("ResourceInUseException", message)


def deletion_protected() -> AwsError:
    """A table, or a replica, whose deletion protection is on; AWS's text."""
    return invalid(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
    )


def being(done: str, table: str) -> AwsError:
    """A table is being `created`, `updated` or `deleted`: nothing about it can be changed meanwhile."""
    return resource_in_use(f"Attempt to change a resource which is still in use: Table is being {done}: {table}")


def backups_not_ready(table: str) -> AwsError:
    """A table is too new for backups and recovery (text as measured)."""
    return AwsError(
        "ContinuousBackupsUnavailableException",
        f"Backups are being enabled for the table: {table}. Please retry later",
    )


def recovery_off(table: str) -> AwsError:
    """A point-in-time restore of a table whose point-in-time recovery is off."""
    return AwsError(
        "PointInTimeRecoveryUnavailableException", f"Point in time recovery is not enabled for table '{table}'"
    )


def too_many_restores(limit: int) -> AwsError:
    """One restore more than an account may have at a time."""
    return AwsError(
        "LimitExceededException",
        f"Subscriber limit exceeded: Only {limit} restore operations can be in progress at the same time",
    )


def backup_not_found(arn: str) -> AwsError:
    """No backup has this ARN, or it was deleted, or it expired."""
    return AwsError("BackupNotFoundException", f"Backup not found: {arn}")


def backup_in_use(arn: str) -> AwsError:
    """A backup feeds one restore at a time and cannot be deleted meanwhile."""
    return AwsError("BackupInUseException", f"Backup is being used by another operation: {arn}")


def condition_failed(item: Mapping[str, Any] | None = None) -> AwsError:
    """A condition did not hold; `item` is shown where the caller asked for it."""
    details = {"Item": item} if item is not None else None
    return AwsError("ConditionalCheckFailedException", "The conditional request failed", details=details)
