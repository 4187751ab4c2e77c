"""Draining a stream: knowing for certain that all that was written before has been read."""

from ..errors import RecoveryFailedError
from ..recovery import RecoveryTools
from ..values import Change
from .applying import Applier
from .capture import Capture
from .markers import marker

POLL_S = 0.25
MOST_MARKERS = 2_000
"""Each falls into a shard by chance: with 100 open shards it takes about 500 until each has had one."""

A_MILLION = 1_000_000


def drain(tools: RecoveryTools, capture: Capture) -> int:
    """Read a table's stream until all that was written before this call has been read for certain.

    An empty page proves nothing: the next one may hold records. So markers are written and removed again until
    each open shard has shown one, which comes after all that was written to its shard before. What somebody who was
    killed here before has left in the table is removed too: the stream tells of it.

    Answers:
        How many markers it took; none where the table is gone, whose shards have ends.

    Raises:
        RecoveryFailedError: a shard has not shown a marker after 2,000 of them.
    """
    capture.catch_up()
    first = int(tools.clock.now() * A_MILLION) % A_MILLION
    types: dict[str, str] | None = None
    applier = Applier(tools.write, tools.table, tools.clock)
    applier.apply(Change(key, None) for key in capture.markers_left())
    written: set[str] = set()
    while waiting := capture.open_shards - {shard for shard, key in capture.marked if key in written}:
        if len(written) == MOST_MARKERS:
            raise RecoveryFailedError(
                f"{len(waiting)} shards of the stream of {tools.table} have shown no marker after {MOST_MARKERS}",
                "Whether everything has been read is not known, and nothing was put in service.",
            )
        if written:
            tools.clock.live(POLL_S)
        types = types or key_types(tools)
        put = marker(types, first + len(written))
        written.add(put.key)
        applier.send([put])
        applier.send([Change(put.key, None)])
        capture.catch_up()
    return len(written)


def key_types(tools: RecoveryTools, region: str | None = None) -> dict[str, str]:
    """The types of the table's key attributes, by name, the partition key first; asked for in some Region."""
    client = tools.control if region is None else tools.in_region(region)
    described = client.describe_table(TableName=tools.table)["Table"]
    types = {each["AttributeName"]: str(each["AttributeType"]) for each in described["AttributeDefinitions"]}
    return {name: types[name] for name in tools.key_attributes}
