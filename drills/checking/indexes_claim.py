"""Claim: every index of the restored table holds what its items say, no more and no less."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from ..defects import ControlResult
from ..indexes import Fault, IndexDefinition, IndexFinding, disagreements
from ..snapshots.folder import StoredSnapshot
from ..values import Item, Key, key_label, key_of
from ..verdict import Verdict, failed, not_applicable, passed, unknown
from .record import CheckRecord
from .stored_items import items_of

NAMED = 3
WORDS: Mapping[str, tuple[str, str]] = {
    "S": ("dynadrill planted ", ""),
    "N": ("-9.8765432109876", "e+125"),
    "B": ("ZHluYWRyaWxsIHBsYW50ZWQg", "QAA"),
}
"""What stands before and after a number in a key that no item has, by the key's type."""


@dataclass(frozen=True)
class IndexesFound:
    """What holding the indexes against their table came to."""

    verdict: Verdict
    proof: ControlResult = ControlResult(0, ())


def check_indexes(
    record: CheckRecord, restored: StoredSnapshot | None, entries: Mapping[str, StoredSnapshot]
) -> IndexesFound:
    """Hold each index against the items, together with defects that are planted into both.

    Args:
        record: of the check.
        restored: the items.
        entries: what was read of each index, by its name.
    """
    if record.indexes is None or restored is None:
        return IndexesFound(unknown("the indexes of the restored table were not looked at"))
    if not record.indexes:
        return IndexesFound(not_applicable("the table has no index"))
    if not restored.about.rows:
        return IndexesFound(not_applicable("the restored table is empty"))
    types = dict(zip(restored.about.key_attributes, restored.about.key_types, strict=False))
    planted, missed, wrong, unsure, held = 0, [], "", "", 0
    for index in record.indexes:
        definition, name = index.definition.definition(), index.definition.name
        if index.fault or name not in entries:
            unsure = unsure or f"index {name} was not read to its end: {index.fault or 'it is not there any more'}"
            continue
        beds = _planted(definition, types)
        items, both = chain(items_of(restored), beds.items), chain(items_of(entries[name]), beds.entries)
        found = disagreements(items, both, definition, tuple(types))
        faults = {finding.key: finding.fault for finding in found}
        planted += len(beds.expected)
        missed += [f"index {name}: {each.value}" for key, each in beds.expected.items() if faults.get(key) is not each]
        real = [finding for finding in found if finding.key not in beds.expected]
        held += entries[name].about.rows
        if real:
            wrong = wrong or _said(definition, real)
    proof = ControlResult(planted, tuple(missed))
    if missed:
        return IndexesFound(unknown(f"what was planted was not found: {missed[0]}"), proof)
    if wrong:
        return IndexesFound(failed(wrong), proof)
    if unsure:
        return IndexesFound(unknown(unsure), proof)
    plural = "index" if len(record.indexes) == 1 else "indexes"
    return IndexesFound(passed(f"{len(record.indexes)} {plural} with {held:,} entries agree with the items"), proof)


def _said(definition: IndexDefinition, found: Sequence[IndexFinding]) -> str:
    counted = ", ".join(f"{count:,} {fault.value}" for fault, count in Counter(each.fault for each in found).items())
    first = "; ".join(f"{key_label(each.key)}: {each.because}" for each in found[:NAMED])
    kind = "global" if definition.is_global else "local"
    return f"{kind} index {definition.name}: {counted} ({first})"


@dataclass(frozen=True)
class _Bed:
    """Defects to be found: items and entries that are laid beside the real ones, and the fault of each key."""

    items: Sequence[Item]
    entries: Sequence[Item]
    expected: Mapping[Key, Fault]


def _planted(definition: IndexDefinition, types: Mapping[str, str]) -> _Bed:
    """One defect of each kind that an index of this definition can have."""
    numbers = iter(range(10))
    items: list[Item] = []
    entries: list[Item] = []
    expected: dict[Key, Fault] = {}

    def new() -> tuple[Item, Item, Key]:
        item = _item(definition, types, next(numbers))
        entry = definition.entry(item, tuple(types))
        assert entry is not None, "a planted item belongs in its index"
        return item, entry, key_of(item, tuple(types))

    item, entry, key = new()
    items.append(item)
    expected[key] = Fault.MISSING
    item, entry, key = new()
    entries.append(entry)
    expected[key] = Fault.PHANTOM
    item, entry, key = new()
    items.append(item)
    entries += [entry, entry]
    expected[key] = Fault.TWICE
    item, entry, key = new()
    items.append(item)
    entries.append({**entry, "dynadrill planted": {"BOOL": True}})
    expected[key] = Fault.PROJECTION
    item, entry, key = new()
    changed = next((name for name in entry if name not in types), None)
    if changed is not None:
        items.append(item)
        entries.append({**entry, changed: {"S": "another value"}})
        expected[key] = Fault.VALUES
    return _Bed(items, entries, expected)


def _item(definition: IndexDefinition, types: Mapping[str, str], number: int) -> Item:
    """An item that belongs in the index, under a key that no other has."""
    wanted = {**{key.name: key.type for key in definition.keys}, **types}
    return {name: {kind: f"{WORDS[kind][0]}{number}{WORDS[kind][1]}"} for name, kind in wanted.items()}
