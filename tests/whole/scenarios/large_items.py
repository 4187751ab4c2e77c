"""A batch job overwrites part of a table some of whose items are nearly as large as DynamoDB allows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from dynadrill.drills.disaster import Clue, Disaster, Strike
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Operation, Validator, Workload
from dynadrill.drills.settings import Settings
from dynadrill.drills.values import Change, Item
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.scenarios.disasters.overwrite import Overwrite
from dynadrill.scenarios.recoveries.point_in_time_with_changes import PointInTimeWithChanges
from dynadrill.validators.standard import STANDARD

SIZES = {
    "important-00000000": 264_000,
    "important-00000001": 266_000,
    "important-00000002": 399_000,
    "important-00000003": 140_000,
}
"""Of the attribute `scan`, by key: with names and the other attributes 0.5 KB more."""


class LargeItems:
    """`VerySuperImportantTable`, of which a few customers have a large attribute whatever is written."""

    table_name = VerySuperImportantTable.table_name
    key_attributes = VerySuperImportantTable().key_attributes

    @property
    def settings(self) -> Settings:
        """The same."""
        return VerySuperImportantTable().settings

    def table(self) -> dict[str, Any]:
        """The same."""
        return VerySuperImportantTable().table()

    def items(self, seed: int, count: int) -> Iterator[Item]:
        """The same, some of them large."""
        return map(enlarged, VerySuperImportantTable().items(seed, count))

    def write(self, seed: int, user: int, count: int) -> Iterator[Operation]:
        """The same, some of it large."""
        for operation in VerySuperImportantTable().write(seed, user, count):
            changes = (Change(key, value if value is None else enlarged(value)) for key, value in operation.changes)
            yield replace(operation, changes=tuple(changes))


def enlarged(item: Item) -> Item:
    """An item with what its customer has."""
    size = SIZES.get(item["ImportantId"]["S"])
    return item if size is None else {**item, "scan": {"S": "x" * size}}


class OverwriteWhileBusy:
    """`Overwrite`, on a table that from then on processes half of the batches in part."""

    def strike(self, strike: Strike) -> Clue:
        """Overwrite, then let batches be processed in part."""
        clue = Overwrite(attribute="balance").strike(strike)
        assert strike.world is not None
        strike.world.add_fault("unprocessed", operation="BatchWriteItem", probability=0.5)
        return clue


@dataclass(frozen=True)
class LargeItemsOverwritten:
    """Large items are overwritten, and batches of writes are not processed as a whole."""

    fixture: Fixture = LargeItems()
    workload: Workload = Workload()
    disaster: Disaster = OverwriteWhileBusy()
    recovery: Recovery = PointInTimeWithChanges()
    objectives: Objectives = Objectives(rpo_s=1.0, rto_s=7200.0, max_lost_after=0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 100
    starts_at: float = 1_772_722_800.0
    notice_s: float = 60.0
    decide_s: float = 30.0
    expected: Expected | None = None
