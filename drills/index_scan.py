"""Reading an index as a whole, again and again until it agrees with its table or a bound has passed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from .clock import Clock
from .index_snapshot import Attempt, IndexSnapshot
from .indexes import IndexDefinition, disagreements
from .scan import ANSWERED_WRONG
from .snapshot import Snapshot
from .values import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BOUND_S = 60.0
"""How long an index gets to follow its table, once nobody writes; AWS: "within a fraction of a second" as a rule."""
POLL_S = 1.0


def take_index_snapshot(
    client: "DynamoDBClient",
    definition: IndexDefinition,
    table: Snapshot,
    key_attributes: tuple[str, ...],
    clock: Clock,
) -> IndexSnapshot:
    """Read an index until it agrees with a snapshot of its table that nobody writes to any more.

    A local index is read consistently, a global one cannot be (API reference, Scan). An index that cannot be read
    (it is being built, or the target answers with errors) is asked again too.
    """
    items: list[Item] = [orjson.loads(text) for text in table.items.values()]
    attempts: list[Attempt] = []
    entries: list[Item] = []
    while True:
        asked_at = clock.now()
        try:
            entries = list(_entries(client, table.table, definition))
        except ANSWERED_WRONG as error:
            attempts.append(Attempt(asked_at, clock.now(), None, f"{type(error).__name__}: {error}"))
        else:
            found = disagreements(items, entries, definition, key_attributes)
            attempts.append(Attempt(asked_at, clock.now(), len(found)))
        if attempts[-1].disagreements == 0 or attempts[-1].told_at - attempts[0].asked_at >= BOUND_S:
            texts = tuple(orjson.dumps(entry) for entry in entries)
            return IndexSnapshot(table.table, definition, texts, tuple(attempts), BOUND_S)
        clock.wait(POLL_S, f"until index {definition.name} agrees with its table")


def _entries(client: "DynamoDBClient", table: str, definition: IndexDefinition) -> Iterator[Item]:
    start: dict[str, Any] = {}
    while True:
        answer = client.scan(
            TableName=table, IndexName=definition.name, ConsistentRead=not definition.is_global, **start
        )
        yield from answer["Items"]
        if not answer.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
