"""The guard: no call leaves this process that would change what the run did not create."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import RefusedError
from .inventory import Inventory
from .neighbours import NAMED_BY, learned, names_in, reads
from .operations import KINDS, Kind, Parameters, changed_by, made_by, restored_from, table_of

SELECT = re.compile(r"\s*select\b", re.IGNORECASE)

EXPORT = "ExportTableToPointInTime"
"""It changes nothing of the table that it reads: what it makes is files in a bucket."""

TRANSFERS = frozenset({EXPORT, "ImportTable"})

NAME_TAKEN = frozenset({"ResourceInUseException", "TableAlreadyExistsException"})
"""The errors by which DynamoDB says that the table to be made is there already: somebody else's, then."""


@dataclass
class Guard:
    """Looks at every call before it is sent, and at the answers of those that create something.

    Tables named in `may_restore_from` (names, or ARNs of tables or backups) may be read by a restore into a name
    of ours, and by an export into a bucket of ours, although they are not ours. Where `creates` is False nothing can be
    created, and what is ours is known by the prefix alone: a load process, which has no part in the inventory.
    """

    inventory: Inventory
    may_restore_from: frozenset[str] = field(default_factory=frozenset)
    creates: bool = True

    def check(self, operation: str, parameters: Parameters) -> str | None:
        """Let a call pass; the name of a table that it newly takes into the inventory, if any.

        Raises:
            RefusedError: the call would change what this run did not create.
        """
        self.inventory.transfers |= operation in TRANSFERS
        match KINDS.get(operation):
            case Kind.READ:
                return None
            case Kind.STATEMENT:
                self._check_statements(operation, parameters)
                return None
            case Kind.CHANGE:
                self._check_changed(operation, parameters)
                return None
            case Kind.CREATE | Kind.RESTORE:
                return self._take_in(operation, parameters)
            case None:
                raise self._refused(operation, "what it changes is not known here")

    def check_neighbour(self, service: str, operation: str, parameters: Parameters) -> str | None:
        """Let a call to another service pass; the name of a table that it newly takes into the inventory, if any.

        Raises:
            RefusedError: the call would change what this run did not create, or is not known here.
        """
        if service in NAMED_BY and reads(operation):
            return None
        try:
            named = list(names_in(service, operation, parameters))
        except KeyError:
            raise self._refused(f"{service}:{operation}", "what it changes is not known here") from None
        self._require(f"{service}:{operation}", [name for name in named if not self.inventory.owns_thing(name)])
        if (service, operation) != ("backup", "StartRestoreJob") or named[0] in self.inventory.tables:
            return None
        self.inventory.tables.add(named[0])
        return named[0]

    def answered_by_neighbour(self, service: str, operation: str, answer: dict[str, Any]) -> None:
        """Learn from an answer by what names the run's own things go."""
        if "Error" not in answer:
            self.inventory.things.update(learned(service, operation, answer))

    def answered(self, operation: str, made: str | None, answer: dict[str, Any]) -> None:
        """Learn from an answer: a backup's ARN, or that a name was somebody else's table all along."""
        if operation == "CreateBackup" and "BackupDetails" in answer:
            self.inventory.backups.add(answer["BackupDetails"]["BackupArn"])
        retried = answer.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
        # After a retry the name may be taken by our own first attempt, whose answer was lost.
        if made is not None and answer.get("Error", {}).get("Code") in NAME_TAKEN and not retried:
            self.inventory.tables.discard(made)

    def _check_statements(self, operation: str, parameters: Parameters) -> None:
        statements = [parameters, *parameters.get("Statements", ()), *parameters.get("TransactStatements", ())]
        texts = [str(statement["Statement"]) for statement in statements if "Statement" in statement]
        if not texts or not all(SELECT.match(text) for text in texts):
            raise self._refused(operation, "of PartiQL only SELECT is let through")

    def _check_changed(self, operation: str, parameters: Parameters) -> None:
        if operation == "DeleteBackup":
            self._require(operation, [arn for arn in [str(parameters.get("BackupArn", ""))] if not self._made(arn)])
            return
        changed = changed_by(operation, parameters)
        if not changed:
            raise self._refused(operation, "it names no table")
        if operation != EXPORT or not self._readable(str(parameters.get("TableArn", ""))):
            self._require(operation, [table for table in changed if not self._owns(table)])
        bucket = str(parameters.get("S3Bucket", ""))
        if bucket and not self.inventory.owns_thing(bucket):
            raise self._refused(operation, f"it would write into the bucket {bucket}, which this run did not create")

    def _take_in(self, operation: str, parameters: Parameters) -> str | None:
        name = made_by(parameters)
        if not self.creates or not name.startswith(self.inventory.prefix):
            self._require(operation, [name])
        self._require(operation, [source for source in restored_from(parameters) if not self._readable(source)])
        if "GlobalTableSourceArn" in parameters and not self._owns(str(parameters["GlobalTableSourceArn"])):
            self._require(operation, [str(parameters["GlobalTableSourceArn"])])
        if name in self.inventory.tables:
            return None
        self.inventory.tables.add(name)
        return name

    def _owns(self, table: str) -> bool:
        return self.inventory.owns(table) if self.creates else table_of(table).startswith(self.inventory.prefix)

    def _made(self, arn: str) -> bool:
        return self.creates and self.inventory.owns_backup(arn)

    def _readable(self, source: str) -> bool:
        return (
            self._owns(source)
            or self._made(source)
            or source in self.may_restore_from
            or table_of(source) in self.may_restore_from
        )

    def _require(self, operation: str, foreign: Sequence[str]) -> None:
        """Refuse a call because of the first foreign thing in it, if there is one."""
        if foreign:
            raise self._refused(operation, f"this run did not create {foreign[0] or 'a table without a name'}")

    def _refused(self, operation: str, because: str) -> RefusedError:
        return RefusedError(
            f"{operation} was not sent: {because}",
            f"This run changes only what it creates itself, under names that begin with {self.inventory.prefix}",
        )


class ReadOnlyGuard:
    """Lets nothing out that could change anything, whoever made it."""

    def check(self, operation: str, parameters: Parameters) -> None:  # noqa: ARG002 -- none of them makes it a reading
        """Let a call pass if it reads.

        Raises:
            RefusedError: it does anything else.
        """
        if KINDS.get(operation) is not Kind.READ:
            raise RefusedError(
                f"{operation} was not sent: it does not only read",
                "A snapshot or a comparison changes nothing; this is a defect of whoever asked for the call.",
            )

    def check_neighbour(self, service: str, operation: str, parameters: Parameters) -> None:  # noqa: ARG002 -- none is let out
        """Let nothing out: whoever reads tables and items needs no other service.

        Raises:
            RefusedError: always.
        """
        raise RefusedError(f"{service}:{operation} was not sent: only DynamoDB is read here", "")

    def answered_by_neighbour(self, service: str, operation: str, answer: dict[str, Any]) -> None:
        """Learn nothing."""

    def answered(self, operation: str, made: str | None, answer: dict[str, Any]) -> None:
        """Learn nothing."""
