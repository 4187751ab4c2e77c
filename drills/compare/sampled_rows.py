"""The items of a few differences: as they were stored, else read again where the table lives and they still stand."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson

from ..snapshots.columns import halves_of
from ..values import Key, digest
from . import sql
from .engine import ABSENT_HALVES, Engine, Halves
from .sides import Looks


class Row(NamedTuple):
    """A key, and its item as JSON text: None where it was not kept, and is not what was compared any more."""

    key: Key
    item: str | None


def rows_of(
    engine: Engine, side: sql.Side, compared: Mapping[Halves, Halves | None], live: Looks | None
) -> Mapping[Halves, Row]:
    """Of some keys the very rows of a side that were compared.

    Args:
        engine: that compared them.
        side: which.
        compared: digests of keys, and of the values that were compared; None where the side has none.
        live: the side's table, for items that were not kept.
    """
    wanted = {key: halves for key, halves in compared.items() if halves is not None}
    found: dict[Halves, Row] = {}
    for key_high, key_low, high, low, key, item in engine.find(f"{side}_rows", list(wanted)):
        if wanted.get((key_high, key_low)) in ((high, low), ABSENT_HALVES):
            found[key_high, key_low] = Row(key, item)
    missing = {key: row.key for key, row in found.items() if row.item is None and wanted[key] != ABSENT_HALVES}
    if live is None or not missing:
        return found
    return {**found, **_still(live, missing, wanted)}


def _still(live: Looks, missing: Mapping[Halves, Key], wanted: Mapping[Halves, Halves]) -> Mapping[Halves, Row]:
    """The items that stand as they were compared."""
    keys: Sequence[Key] = list(missing.values())
    items = live.look(keys)
    return {
        halves: Row(key, orjson.dumps(item).decode())
        for halves, key in missing.items()
        if (item := items.get(key)) is not None and halves_of(digest(item)) == wanted[halves]
    }
