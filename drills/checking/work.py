"""What the steps of a check share: the target, the table, the record, and who watches."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..clock import Clock
from ..target import Target, table_prefix
from ..watch import Watch
from .asked import EXPORT, Check
from .folder import CheckFolder, Recording
from .record import PointRecord
from .source import Source

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONGEST_NAME = 255


class Given(NamedTuple):
    """What somebody else restored: the table's name, the instant that it is of, and when the restore was asked for."""

    table: str
    point: PointRecord
    asked_at: float | None = None


@dataclass(frozen=True)
class Work:
    """One check under way; it is `window.Restoring` too."""

    check: Check
    target: Target
    source: Source
    recording: Recording
    watch: Watch
    run_id: str
    given: Given | None = None
    """Where this check restores nothing itself."""

    @property
    def folder(self) -> CheckFolder:
        """The run folder."""
        return self.recording.folder

    @property
    def clock(self) -> Clock:
        """The target's."""
        return self.target.clock

    @property
    def table(self) -> str:
        """The person's table."""
        return self.source.name

    @property
    def control(self) -> "DynamoDBClient":
        """The client of the Region that the person's table is in."""
        return self.target.control(self.source.region)

    @property
    def progress(self) -> Callable[[str], None]:
        """Tells whoever watches."""
        return self.watch.note

    @property
    def own_name(self) -> str:
        """What this run calls what it makes."""
        return f"{table_prefix(self.run_id)}{self.source.name}"[:LONGEST_NAME]

    @property
    def restored(self) -> str:
        """The name of the restored table: of this run, unless somebody else restored it."""
        return self.own_name if self.given is None else self.given.table

    @property
    def makes_something(self) -> bool:
        """Whether the check makes anything that has to be removed: a table, or an export in a bucket."""
        return self.given is None or self.check.against == EXPORT

    @property
    def restored_region(self) -> str:
        """The Region that it is restored into."""
        return self.check.restore_region or self.source.region

    @property
    def elsewhere(self) -> bool:
        """Whether that is another than the table's."""
        return self.restored_region != self.source.region

    def mark(self, name: str) -> None:
        """Write down that an instant of the check has come."""
        self.recording.mark(name, self.clock.now())
