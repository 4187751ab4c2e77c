"""What is beside the tables of a Region: alarms, auto scaling, and the functions that read streams."""

from collections.abc import Iterator
from typing import Any

from ..beside_reading import alarms, scaled
from ..paging import pages
from ..server_time import server_time
from .facts import Consumer, RegionSeen
from .seeing import Clients, Eyes


def read_region(clients: Clients, region: str, wall_at: float) -> RegionSeen:
    """What can be seen of a Region.

    Its time is that of the server's `Date` header, to the second, since ages are told by it; the wall clock's where an
    endpoint sends none.
    """
    eyes = Eyes()
    dynamodb = clients("dynamodb", region)
    tables = eyes.see("tables", lambda: frozenset(pages(dynamodb, "list_tables", "TableNames")))
    return RegionSeen(
        region=region,
        now_at=_now(eyes, dynamodb, wall_at),
        tables=tables,
        alarms=eyes.see("alarms", lambda: tuple(alarms(clients("cloudwatch", region)))),
        scaled=eyes.see("scaled", lambda: tuple(scaled(clients("application-autoscaling", region)))),
        consumers=eyes.see("consumers", lambda: tuple(_consumers(clients("lambda", region)))),
        unseen=eyes.unseen,
    )


def _now(eyes: Eyes, dynamodb: Any, wall_at: float) -> float:
    answer = eyes.see("now_at", lambda: dynamodb.list_tables(Limit=1))
    there_at = server_time(answer or {})
    return wall_at if there_at is None else there_at


def _consumers(functions: Any) -> Iterator[Consumer]:
    for mapping in pages(functions, "list_event_source_mappings", "EventSourceMappings"):
        arn = mapping.get("EventSourceArn", "")
        if ":dynamodb:" in arn and "/stream/" in arn:
            yield Consumer(mapping.get("FunctionArn", "").rpartition(":function:")[2], arn)
