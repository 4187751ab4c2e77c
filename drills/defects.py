"""Defects laid over the evidence, and whether a diff found each of them: counted once, in its class, under its key.

Nothing is copied: defects are rows and writes that lie over those of the evidence.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .diff import Diff, ItemClass, Seen
from .history import Write
from .ledger import Expectation, WritesByKey
from .overlay import Fallback, Overlay
from .snapshot import Row
from .values import Key


@dataclass(frozen=True)
class ControlResult:
    """How many defects were planted, and what went wrong with each that was not found."""

    planted: int
    missed: Sequence[str]

    @property
    def caught(self) -> int:
        """How many were found in their class, under their key, and counted once."""
        return self.planted - len(self.missed)


@dataclass(frozen=True)
class Defect:
    """One key that a diff must find in a class, or intact; `name` says which defect it is."""

    name: str
    key: Key
    item_class: ItemClass


@dataclass(frozen=True)
class Defects:
    """What was planted: rows and writes laid over the evidence, keys taken out of it, and what must be found.

    `writes` are everybody's, by key; `transactions` those of them that are the parts of transaction `torn`. So many
    keys as `intact_beside` are intact with the defects and were not before, beside those that must be found intact: it
    is less than nothing where intact keys were given defects.
    """

    rows: Mapping[Key, Row]
    gone: frozenset[Key]
    writes: Mapping[Key, Sequence[Write]]
    transactions: Sequence[Write]
    torn: str
    planted: Sequence[Defect]
    intact_beside: int

    def only(self, wanted: Callable[[Key], bool]) -> "Defects":
        """Those under some keys."""
        return replace(
            self,
            rows={key: row for key, row in self.rows.items() if wanted(key)},
            gone=frozenset(key for key in self.gone if wanted(key)),
            writes={key: writes for key, writes in self.writes.items() if wanted(key)},
            transactions=[write for write in self.transactions if wanted(write.key)],
        )

    def over_seen(self, seen: Seen) -> Seen:
        """A snapshot with the defects in it."""
        rows: Mapping[Key, Row] = Overlay(seen.rows, self.rows, self.gone)
        return replace(seen, rows=rows)

    def over_expectation(self, expectation: Expectation) -> Expectation:
        """What is right, if the planted good writes had been made."""
        good = {key: [write for write in writes if write.good] for key, writes in self.writes.items()}
        return replace(
            expectation,
            writes=Overlay[Sequence[Write]](expectation.writes, good),
            transactions=[*expectation.transactions, *self.transactions],
            found=Fallback(expectation.found),
        )

    def over_physical(self, physical: WritesByKey) -> WritesByKey:
        """Everybody's writes, with the planted ones."""
        return Overlay[Sequence[Write]](physical, self.writes)

    def found(self, before: Diff, after: Diff) -> ControlResult:
        """Hold the diff of the evidence with the defects against the one without."""
        called = {finding.key: item_class for item_class, found in after.findings.items() for finding in found}
        seen_as = [(defect, called.get(defect.key, ItemClass.INTACT)) for defect in self.planted]
        rises = Counter(item_class for _, item_class in seen_as)
        rises[ItemClass.INTACT] += self.intact_beside
        faults = [
            (f"{defect.name} under {defect.key}", _fault(defect, item_class, rises[item_class], before, after))
            for defect, item_class in seen_as
        ]
        faults.append(("torn", _torn_fault(self.torn, before, after)))
        return ControlResult(len(faults), [f"{what}: {fault}" for what, fault in faults if fault])


def _fault(defect: Defect, called: ItemClass, rise: int, before: Diff, after: Diff) -> str:
    """What is wrong with how a defect was found, or nothing."""
    if called is not defect.item_class:
        return f"it was called {called.value}, not {defect.item_class.value}"
    risen = after.count(called) - before.count(called)
    return "" if risen == rise else f"the count of {called.value} rose by {risen}, not by {rise}"


def _torn_fault(op: str, before: Diff, after: Diff) -> str:
    risen = len(after.torn) - len(before.torn)
    if risen != 1:
        return f"the count rose by {risen}, not by 1"
    return "" if op in after.torn else "the transaction was not named"
