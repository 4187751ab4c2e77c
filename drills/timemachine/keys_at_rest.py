"""Keys of KMS that cannot be used: disabled, deleted, or no longer granted to DynamoDB.

A table whose key is gone shows INACCESSIBLE_ENCRYPTION_CREDENTIALS and refuses what needs its data; when seven days
have passed it is archived, and an on-demand backup of it is made (Developer Guide, "Encryption at rest usage notes").
DynamoDB notices at once here; how long that takes on AWS is not documented.
"""

from math import inf
from typing import TYPE_CHECKING

from .backup import archive
from .blueprint import Shape, key_named
from .errors import AwsError, invalid

if TYPE_CHECKING:
    from .fleet import Fleet
    from .table import Table

ARCHIVED_AFTER_S = 7 * 86_400


class Keys:
    """Which keys cannot be used, in all accounts and Regions.

    A key is named as a table's SSESpecification names it: its id, its ARN, an alias or the alias's ARN; id and ARN of
    one key are the same, an alias is a name of its own.
    """

    def __init__(self, fleet: "Fleet") -> None:
        self._fleet = fleet
        self._gone: set[str] = set()

    def take_away(self, key: str) -> None:
        """Let a key be of no use from now on."""
        with self._fleet.journal.lock:
            self._gone.add(_plain(key))
            now = self._fleet.journal.now()
            for table in self._encrypted_with(key):
                if table.life.locked_at == inf:
                    table.life = table.life._replace(locked_at=now)
                    self._archive_later(table, now)

    def give_back(self, key: str) -> None:
        """Let a key be of use again; a table that is archived stays so."""
        with self._fleet.journal.lock:
            self._gone.discard(_plain(key))
            for table in self._encrypted_with(key):
                table.life = table.life._replace(locked_at=inf)

    def gone(self) -> list[str]:
        """The keys that are of no use, as they were named; an ARN by its id."""
        with self._fleet.journal.lock:
            return sorted(self._gone)

    def clear(self) -> None:
        """Give all keys back."""
        self._gone.clear()

    def refuse_unusable(self, encryption: Shape | None) -> None:
        """Refuse to create or restore with a key that cannot be used.

        Raises:
            AwsError: ValidationException (measured on AWS for a restore with a key that is missing or disabled).
        """
        key = key_named(encryption)
        if key is not None and _plain(key) in self._gone:
            raise invalid(f"KMS key {key} is missing, disabled or not granted to DynamoDB: enable it and try again")

    def _encrypted_with(self, key: str) -> list["Table"]:
        wanted = _plain(key)
        return [
            table
            for table in self._fleet.tables()
            if table.key_of_kms is not None and _plain(table.key_of_kms) == wanted
        ]

    def _archive_later(self, table: "Table", locked_at: float) -> None:
        def happen() -> None:
            backend = self._fleet.at(table.account_id, table.region_name)
            is_there = backend.tables.get(table.name) is table and not table.is_deleting
            if is_there and table.life.locked_at == locked_at:
                archive(backend, table)

        self._fleet.journal.agenda.add(locked_at + ARCHIVED_AFTER_S, happen)


def refuse_locked(table: "Table") -> None:
    """Refuse what needs the data of a table whose key cannot be used.

    Which exception AWS answers is known for keys that may not be used (AccessDeniedException, "KMS key access denied
    error"); the same is answered here for keys that are disabled or deleted.

    Raises:
        AwsError: AccessDeniedException, or ResourceNotFoundException for a table that is archived.
    """
    if table.archival is not None:
        raise AwsError("ResourceNotFoundException", f"Requested resource not found: Table: {table.name} is archived")
    if table.life.locked_at < inf:
        raise AwsError(
            "AccessDeniedException",
            f"KMS key access denied error: the key {table.key_of_kms} of table {table.name} cannot be used",
        )


def _plain(key: str) -> str:
    """`arn:aws:kms:us-east-1:123456789012:key/ID` and `ID` are one key."""
    return key.rpartition(":")[2].removeprefix("key/")
