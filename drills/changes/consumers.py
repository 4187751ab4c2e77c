"""Who else reads a table's stream: a shard takes two readers at a time, and capture is one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import DrillError, RecoveryFailedError
from ..recovery import RecoveryTools

MOST_READERS = 2
"""At most so many processes should read from one shard at the same time, else reads are throttled (Developer Guide,
"Change data capture for DynamoDB Streams")."""

OFF = frozenset({"Disabled", "Disabling", "Deleting"})
"""The states of a trigger that does not read."""


@dataclass(frozen=True)
class Consumers:
    """The readers that a stream has: which, and where nobody could look, why."""

    readers: Sequence[str]
    not_seen: str = ""

    def check_room(self, table: str) -> None:
        """Make sure that one more may read.

        Raises:
            RecoveryFailedError: there are two already.
        """
        if len(self.readers) >= MOST_READERS:
            raise RecoveryFailedError(
                f"the stream of {table} has {len(self.readers)} readers: {', '.join(self.readers)}",
                f"A shard takes {MOST_READERS} at a time, and capturing its changes is one: switch a trigger off, "
                "or let one function hand the changes on.",
            )


def consumers_of(tools: RecoveryTools, stream_arn: str) -> Consumers:
    """The stream's readers, as far as an API tells: triggers of Lambda, and the replication of a global table.

    A Kinesis destination is none: it does not read the stream. A program that reads the stream by itself, such as the
    Kinesis adapter of a service of one's own, shows nowhere.
    """
    table: Any = tools.control.describe_table(TableName=tools.table)["Table"]
    strong = table.get("MultiRegionConsistency") == "STRONG"
    readers = ["the global table's replication"] if table.get("Replicas") and not strong else []
    try:
        pages = tools.service("lambda").get_paginator("list_event_source_mappings").paginate(EventSourceArn=stream_arn)
        mappings = [each for page in pages for each in page["EventSourceMappings"]]
    except (BotoCoreError, ClientError, DrillError) as error:
        return Consumers(readers, f"Lambda does not say which triggers the stream has: {error}")
    on = [each for each in mappings if each.get("State") not in OFF]
    return Consumers([*readers, *(f"trigger {each['FunctionArn'].rpartition(':')[2]}" for each in on)])
