"""The lines of an export: items as they were, or what happened to keys between two instants.

Sources: Developer Guide, "DynamoDB table export output format". A write's time is the typed number that readers of real
exports find, `{"N": "1695097218000000"}`; the guide prints a bare string.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import orjson

from ..changelog import Change, Version
from ..keys import KeySchema, OrderKey, segment_start
from . import ion

PARTITIONS: Final = 4
"""So many partitions a table has here, however small it is: a new on-demand table has four on AWS."""


class Line(NamedTuple):
    """One record of an export: the key that it is about, its text, and the size of the items in it."""

    key: OrderKey
    text: bytes
    size_bytes: int


class NetChange(NamedTuple):
    """What a stretch of time did to one key: the version before it, and the last one in it."""

    before: Version | None
    after: Version


def net_changes(changes: Iterable[Change]) -> Iterator[NetChange]:
    """One change per key; what was put and deleted within the stretch leaves nothing."""
    net: dict[OrderKey, NetChange] = {}
    for change in changes:
        first = net.get(change.new.key)
        net[change.new.key] = NetChange(first.before if first else change.old, change.new)
    return (each for each in net.values() if each.before is not None or each.after.wire is not None)


def item_lines(rows: Mapping[OrderKey, Version], export_format: str) -> Iterator[Line]:
    """A full export: every item, in the order of the keys."""
    for key in sorted(rows):
        version = rows[key]
        yield Line(key, _item(version.wire or b"{}", export_format), version.size)


def _item(wire: bytes, export_format: str) -> bytes:
    if export_format == "ION":
        return (ion.VERSION_MARKER + ion.structure({"Item": ion.attributes(orjson.loads(wire))}) + "\n").encode()
    return b'{"Item":' + wire + b"}\n"


def change_lines(
    changes: Iterable[NetChange], keys: KeySchema, *, old_images: bool, export_format: str
) -> Iterator[Line]:
    """An incremental export: every key that was written, in the order of the keys."""
    for change in sorted(changes, key=lambda each: each.after.key):
        old = change.before.wire if change.before is not None else None
        new = change.after.wire
        image = orjson.loads(new or old or b"{}")
        key = {name: image[name] for name in keys.names}
        stamp = {"WriteTimestampMicros": {"N": str(round(change.after.at * 1_000_000))}}
        shown = {"NewImage": new, "OldImage": old if old_images else None}
        images = {name: wire for name, wire in shown.items() if wire is not None}
        size_bytes = change.after.size + (change.before.size if change.before is not None else 0)
        if export_format == "ION":
            text = _ion_record(key, stamp, images)
        else:
            parts = [b'"Metadata":' + orjson.dumps(stamp), b'"Keys":' + orjson.dumps(key)]
            parts += [b'"%b":%b' % (name.encode(), wire) for name, wire in images.items()]
            text = b"{" + b",".join(parts) + b"}\n"
        yield Line(change.after.key, text, size_bytes)


def _ion_record(key: dict[str, dict[str, object]], stamp: dict[str, dict[str, str]], images: dict[str, bytes]) -> bytes:
    members = {"Keys": ion.attributes(key), "Metadata": ion.attributes(stamp)}
    members |= {name: ion.attributes(orjson.loads(images[name])) for name in ("OldImage", "NewImage") if name in images}
    return (ion.VERSION_MARKER + ion.structure({"Record": ion.structure(members)}) + "\n").encode()


def by_partition(lines: Iterable[Line]) -> list[list[Line]]:
    """The lines of each partition's range of keys; a partition may have none."""
    ends = [segment_start(number + 1, PARTITIONS) for number in range(PARTITIONS)]
    parts: list[list[Line]] = [[] for _ in ends]
    place = 0
    for line in lines:
        while line.key >= ends[place]:
            place += 1
        parts[place].append(line)
    return parts
