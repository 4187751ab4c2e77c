"""What one run created on its target."""

from dataclasses import dataclass, field

from .operations import table_of


@dataclass
class Inventory:
    """The tables and backups that a run created, or has just asked to be created.

    A table is here from before the call that makes it is sent, so that none can exist without being here.
    """

    prefix: str
    """What the name of each of the run's tables begins with."""
    tables: set[str] = field(default_factory=set)
    backups: set[str] = field(default_factory=set)
    """ARNs."""
    things: set[str] = field(default_factory=set)
    """What the run made of other services and cannot name itself: keys, recovery points."""
    transfers: bool = False
    """Whether the run has asked for an export or an import: then those are looked for, too."""
    by_prefix: bool = False
    """Whether whatever carries the prefix is the run's own: of a dead run nobody remembers what it made."""

    @property
    def run(self) -> str:
        """The run's id, as its tags have it."""
        return self.prefix.removeprefix("dynadrill-").removesuffix("-")

    def owns(self, table: str) -> bool:
        """Whether this run created, or is creating, a table (by name or ARN)."""
        name = table_of(table)
        return name in self.tables or (self.by_prefix and name.startswith(self.prefix))

    def owns_backup(self, arn: str) -> bool:
        """Whether this run made a backup: asked for it, or created the table that it is of."""
        return arn in self.backups or self.owns(arn)

    def owns_thing(self, name: str) -> bool:
        """Whether something of another service (or a table, by its ARN) is this run's, by its name or ARN."""
        last = name.rstrip("/*").rpartition("/")[2].rpartition(":")[2]
        return name in self.things or self.owns(name) or last.startswith(self.prefix)
