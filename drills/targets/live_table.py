"""A live table that can only be read: its description, pages of its segments, and items by their keys."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ..clock import Clock
from ..errors import UnverifiableError, UsageError
from ..snapshots.source import ScannedPage, Segment, TableFacts
from ..values import Item, Key, key_item, key_of
from .clients import Place, client_for_reading
from .meter import Meter
from .quick_scan import QuickScan
from .transient import goes_over

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

Answer = TypeVar("Answer")

TRIES = 10
FIRST_TRIES = 3
"""So often is asked what the table is: whoever named the wrong place wants to know soon."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 5.0
AT_ONCE = 100
"""So many items a BatchGetItem may ask for (API Reference, BatchGetItem)."""

AGAIN_HINT = "See that the table can be read; a snapshot that was begun goes on with --resume."


class RemoteTable:
    """A table or an index, behind a client that refuses every call but those that read.

    A call that was throttled, got a 5xx or got lost is asked again up to ten times, after pauses that double from
    0.05 s to 5 s.

    Args:
        place: where it is.
        name: `orders`, its ARN, or either with `/index/NAME`.
        clock: for the instants of pages, and for pauses.
        connections: how many calls may be under way at once.
        meter: counts what is read; a read raises BudgetError where its budget is used up.

    Raises:
        UsageError: there is no such table or index.
        UnverifiableError: the place does not answer, or refuses.
    """

    def __init__(self, place: Place, name: str, clock: Clock, connections: int = 1, meter: Meter | None = None) -> None:
        self._name, _, self._index = name.partition("/index/")
        self._clock = clock
        self._meter = meter or Meter()
        self._client = client_for_reading(place, connections)
        # Within this process nothing is sent, and what a client does on the way is how it is answered.
        self._scan = QuickScan(self._client) if place.answering is None else self._scan_by_client
        try:
            self.facts: TableFacts = self._described(place)
        except BaseException:
            self._client.close()
            raise

    def page(self, segment: Segment, start: Item | None, limit: int, *, keys_only: bool = False) -> ScannedPage:
        """See `LiveTable.page`."""
        request: dict[str, Any] = {
            "TableName": self._name,
            "Segment": segment.number,
            "TotalSegments": segment.of,
            "Limit": limit,
            "ConsistentRead": self.facts.consistent,
            "ReturnConsumedCapacity": "TOTAL",
        }
        if self._index:
            request["IndexName"] = self._index
        if keys_only:
            names = {f"#{number}": name for number, name in enumerate(self.facts.key_attributes)}
            request |= {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
        if start is not None:
            request["ExclusiveStartKey"] = start

        def ask() -> ScannedPage:
            self._meter.check()
            asked_at = self._clock.now()
            answer: Any = self._scan(request)
            told_at = self._clock.now()
            units = answer.get("ConsumedCapacity", {}).get("CapacityUnits")
            self._meter.has_read("Scan", request, units)
            return ScannedPage(answer["Items"], answer.get("LastEvaluatedKey") or None, units, asked_at, told_at)

        return self._until_answered(f"segment {segment.number} of {segment.of} of {self._name}", ask)

    def look(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        """See `LiveTable.look`."""
        found: dict[Key, Item] = {}
        for first in range(0, len(keys), AT_ONCE):
            for item in self._got([key_item(key) for key in keys[first : first + AT_ONCE]]):
                found[key_of(item, self.facts.key_attributes)] = item
        return found

    def close(self) -> None:
        """See `LiveTable.close`."""
        self._client.close()

    def _scan_by_client(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Any = self._client.scan(**request)
        return dict(found)

    def _got(self, wanted: list[Item]) -> list[Item]:
        """Some items by their keys; those that an answer leaves out for now are asked for again."""
        found: list[Item] = []
        tries = 0
        while wanted and tries < TRIES:
            request: Any = {"RequestItems": {self._name: {"Keys": wanted, "ConsistentRead": True}}}
            self._meter.check()
            answer: Any = self._until_answered(
                f"{len(wanted)} items of {self._name}",
                partial(self._client.batch_get_item, ReturnConsumedCapacity="TOTAL", **request),
            )
            told = [each.get("CapacityUnits") for each in answer.get("ConsumedCapacity", ())]
            self._meter.has_read("BatchGetItem", request, sum(told) if told and None not in told else None)
            found += [item for items in answer["Responses"].values() for item in items]
            wanted = [key for left in answer.get("UnprocessedKeys", {}).values() for key in left["Keys"]]
            if wanted:
                self._clock.wait(min(FIRST_PAUSE_S * 2**tries, LONGEST_PAUSE_S), "some items were left out for now")
            tries += 1
        if wanted:
            raise UnverifiableError(f"{len(wanted)} items of {self._name} were left out {TRIES} times", AGAIN_HINT)
        return found

    def _described(self, place: Place) -> TableFacts:
        what = f"table {self._name}"
        try:
            answer = self._until_answered(what, lambda: self._client.describe_table(TableName=self._name), FIRST_TRIES)
        except UnverifiableError as error:
            if not _is_not_found(error.__cause__):
                raise
            where = place.endpoint_url or f"AWS in {place.region}"
            raise UsageError(f"there is no table {self._name} at {where}", "See --region and --endpoint.") from error
        return _facts(answer["Table"], self._index)

    def _until_answered(self, what: str, ask: Callable[[], Answer], most: int = TRIES) -> Answer:
        """Ask until it is answered, or was asked so often."""
        pause_s = FIRST_PAUSE_S
        for tries in range(1, most + 1):
            try:
                return ask()
            except (ClientError, BotoCoreError, ResponseParserError) as error:
                if tries == most or not goes_over(error):
                    times = "once" if tries == 1 else f"{tries} times"
                    raise UnverifiableError(
                        f"{what} could not be read, asked {times}: {type(error).__name__}: {error}", AGAIN_HINT
                    ) from error
            self._clock.wait(pause_s, f"{what}: asked again")
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        raise AssertionError("the last try answers or raises")


def _is_not_found(error: BaseException | None) -> bool:
    return isinstance(error, ClientError) and error.response["Error"].get("Code") == "ResourceNotFoundException"


def _facts(table: "TableDescriptionTypeDef", index: str) -> TableFacts:
    names = tuple(each["AttributeName"] for each in sorted(table["KeySchema"], key=lambda each: each["KeyType"]))
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    source, count, consistent = table["TableArn"], table.get("ItemCount", 0), True
    if index:
        everywhere = {each["IndexName"]: each for each in table.get("GlobalSecondaryIndexes", [])}
        local = {each["IndexName"]: each for each in table.get("LocalSecondaryIndexes", [])}
        found: Any = everywhere.get(index) or local.get(index)
        if found is None:
            there = ", ".join(sorted([*everywhere, *local])) or "none"
            raise UsageError(f"table {table['TableName']} has no index {index}", f"Its indexes: {there}.")
        source, count, consistent = f"{source}/index/{index}", found.get("ItemCount", 0), index in local
    return TableFacts(
        source=source,
        table_id=table.get("TableId", ""),
        created_at=table["CreationDateTime"].timestamp(),
        key_attributes=names,
        key_types=tuple(types[name] for name in names),
        item_count=count,
        consistent=consistent,
    )
