"""What disasters share: reading a table as a script does, and writing in batches."""

from collections.abc import Iterator, Sequence
from typing import Any

from ...drills.disaster import Strike
from ...drills.values import Change, Item

BATCH = 25
"""The most that BatchWriteItem takes."""


def items_of(strike: Strike) -> Iterator[Item]:
    """Every item of the table, page by page."""
    start: dict[str, Any] = {}
    while True:
        page = strike.client.scan(TableName=strike.table, **start)
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def a_share_of(strike: Strike, share: float) -> list[Item]:
    """As many of the table's items as chance takes, each with the same probability; at least one of them."""
    items = list(items_of(strike))
    return [item for item in items if strike.random.random() < share] or items[:1]


def send_in_batches(strike: Strike, changes: Sequence[Change]) -> float:
    """Send puts and deletes, as many at once as a request takes; answers the instant just before the first."""
    began_at = strike.clock.now()
    for batch in in_batches(changes):
        strike.send(batch)
    return began_at


def in_batches(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """Changes as requests take them."""
    return (changes[start : start + BATCH] for start in range(0, len(changes), BATCH))
