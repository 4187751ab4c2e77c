"""Claim: every index of the table in service holds what its items say, no more and no less."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from ..drills.evidence import Evidence
from ..drills.index_snapshot import IndexSnapshot
from ..drills.indexes import IndexFinding, disagreements
from ..drills.values import Item, key_label
from ..drills.verdict import Verdict, failed, not_applicable, passed, unknown

NAMED = 3


@dataclass(frozen=True)
class IndexesAgree:
    """Every index of the table in service holds what its items say: no entry is missing, too many or wrong."""

    def check(self, evidence: Evidence) -> Verdict:
        """Hold each index, read until it agreed or its time was up, against the snapshot of its table."""
        names = evidence.run.indexes
        if not evidence.final:
            return not_applicable("indexes are looked at when the users have stopped")
        if names is None:
            return unknown("the indexes of the table in service were not looked at")
        if not names:
            return not_applicable("the table has no index")
        table = evidence.in_service
        if table is None or not table.complete:
            return unknown("there is no whole snapshot of the table in service to hold its indexes against")
        open_keys = {write.key for write in evidence.history.writes if write.told_at is None}
        unsure = ""
        items: list[Item] = [orjson.loads(text) for text in table.items.values()]
        for name in names:
            index = evidence.indexes.get(name)
            if index is None or not index.complete:
                unsure = unsure or f"index {name} was not read to its end{_why(index)}"
                continue
            found = disagreements(items, index.items(), index.definition, evidence.run.key_attributes)
            certain = [finding for finding in found if finding.key not in open_keys]
            if certain:
                return failed(_said(certain, index))
            if found:
                unsure = unsure or f"index {name}: {len(found)} items with writes that nobody was told the outcome of"
        return unknown(unsure) if unsure else passed(_agreed([evidence.indexes[name] for name in names]))


def _said(found: Sequence[IndexFinding], index: IndexSnapshot) -> str:
    counted = ", ".join(f"{count} {fault.value}" for fault, count in Counter(f.fault for f in found).items())
    first = "; ".join(f"{key_label(finding.key)}: {finding.because}" for finding in found[:NAMED])
    kind = "global" if index.definition.is_global else "local"
    return f"{kind} index {index.definition.name}, {_read(index)}: {counted} ({first})"


def _agreed(indexes: Sequence[IndexSnapshot]) -> str:
    entries = sum(len(index.entries) for index in indexes)
    slowest = max(indexes, key=lambda index: len(index.attempts))
    lag = f"; {slowest.definition.name} lagged: {_read(slowest)}" if len(slowest.attempts) > 1 else ""
    return f"{len(indexes)} indexes with {entries} entries agree with their table{lag}"


def _read(index: IndexSnapshot) -> str:
    times = len(index.attempts)
    return "read once" if times == 1 else f"read {times} times within {index.lagged_s:.1f} s"


def _why(index: IndexSnapshot | None) -> str:
    return f": {index.attempts[-1].fault}" if index is not None and index.attempts else ""
