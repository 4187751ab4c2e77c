"""Taking a snapshot: a strongly consistent scan of a table, page by page, each with its instants."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from .clock import Clock
from .errors import UnverifiableError
from .snapshot import Page, Snapshot, collect

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


ANSWERED_WRONG = (ClientError, BotoCoreError, ResponseParserError)
"""What a call raises when its target refuses, goes away, or answers what cannot be understood."""


def take_snapshot(
    client: "DynamoDBClient", table: str, key_attributes: tuple[str, ...], clock: Clock
) -> tuple[Snapshot, str]:
    """Read a whole table.

    Answers:
        The snapshot, and what cut it short (empty when it is complete).

    Raises:
        UnverifiableError: not even one page was answered.
    """
    pages: list[Page] = []
    fault = ""
    try:
        for page in pages_of(client, table, clock):
            pages.append(page)  # noqa: PERF402 -- what was read before an error is kept
    except ANSWERED_WRONG as error:
        fault = f"{type(error).__name__}: {error}"
    if not pages:
        raise UnverifiableError(f"table {table} could not be read: {fault}")
    return collect(table, key_attributes, pages, complete=not fault), fault


def pages_of(client: "DynamoDBClient", table: str, clock: Clock) -> Iterator[Page]:
    """The pages of a strongly consistent scan of a whole table, each with its instants."""
    start: dict[str, Any] = {}
    while True:
        asked_at = clock.now()
        answer = client.scan(TableName=table, ConsistentRead=True, **start)
        yield Page(list(answer["Items"]), asked_at, clock.now())
        if not answer.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
