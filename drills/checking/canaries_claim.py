"""Claim: the canaries came back as they were at the restore point; and the point and the RPO as they measure it."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from ..canaries.folder import CanaryFolder
from ..cut import Cut, measure_cut
from ..defects import ControlResult
from ..diff import Diff, ItemClass, Seen, diff
from ..errors import DrillError
from ..ledger import Ledger, WritesByKey, rewound
from ..loss import Loss, measure_loss
from ..planted import prove_detector
from ..quantities import format_instant
from ..reading_history import read_history
from ..report_text import number_of
from ..snapshot import Row
from ..snapshots.columns import digest_of
from ..snapshots.folder import StoredSnapshot
from ..values import Key
from ..verdict import Verdict, failed, not_applicable, passed, unknown
from .record import CheckRecord

ROWS_AT_ONCE = 2000
COLUMNS = ["key", "digest_high", "digest_low", "asked_at", "told_at"]


@dataclass(frozen=True)
class Canaries:
    """What the canaries say."""

    verdict: Verdict
    cut: Cut | None = None
    loss: Loss | None = None
    proof: ControlResult = ControlResult(0, ())


def check_canaries(record: CheckRecord, restored: StoredSnapshot | None, kept: Path) -> Canaries:
    """Hold the canaries in the restored table against what was written down of them.

    Args:
        record: of the check.
        restored: all items of the restored table.
        kept: the canaries' folder, as the check kept it.
    """
    if record.asked.canary is None:
        return Canaries(not_applicable("no canaries were named"))
    if restored is None or record.point is None:
        return Canaries(unknown("the restored table was not read"))
    try:
        about = CanaryFolder(kept).read()
    except DrillError as error:
        return Canaries(unknown(error.message))
    if about.table != record.table:
        return Canaries(unknown(f"the canaries are of table {about.table}, and {record.table} was restored"))
    history = read_history(CanaryFolder(kept).history)
    if history.damage:
        return Canaries(unknown(f"what was written down of the canaries is damaged: {history.damage[0]}"))
    ledger = Ledger.of(history)
    physical = ledger.physical(record.table)
    at, (lo_s, hi_s) = record.point.at, record.point.boundary_s
    if not any(write.told_at is not None and write.told_at <= at for writes in physical.values() for write in writes):
        return Canaries(unknown(f"no canary was written before {format_instant(at)}: they say nothing of this point"))
    expectation = rewound(ledger, record.table, at, lo_s, hi_s)
    seen = _seen(restored, physical)
    found = diff(expectation, seen, physical)
    cut = measure_cut(found, seen, physical)
    loss = measure_loss(physical, seen, record.asked.reference_at, cut, (at + lo_s, at + hi_s))
    proof = prove_detector(expectation, seen, physical, found)
    return Canaries(_verdict(found, cut, (at + lo_s, at + hi_s), proof), cut, loss, proof)


def _verdict(found: Diff, cut: Cut | None, promised: tuple[float, float], proof: ControlResult) -> Verdict:
    if proof.missed:
        return unknown(f"what was planted among the canaries was not found: {proof.missed[0]}")
    if not found.clean:
        wrong = [f"{found.count(each):,} {each.value}" for each in ItemClass if each in found.findings]
        return failed(f"of {number_of(found.keys, 'canary key')} {', '.join(wrong)}")
    if cut is None:
        return unknown("no canary has a say about the restore point")
    if cut.spread_s > promised[1] - promised[0] or not cut.meets(*promised):
        return failed(f"the canaries are of {_between(cut)}, and not of the point that was restored to")
    return passed(f"the restore point lies {_between(cut)}, measured from {number_of(cut.voters, 'canary key')}")


def _between(cut: Cut) -> str:
    from_at, to_at = cut.point_at
    begins = "an open beginning" if from_at is None else format_instant(from_at)
    ends = "an open end" if to_at is None else format_instant(to_at)
    spread = f", {cut.spread_s:g} s apart" if cut.spread_s else ""
    return f"between {begins} and {ends}{spread}"


def _seen(restored: StoredSnapshot, physical: WritesByKey) -> Seen:
    """The canaries among the restored rows."""
    about = restored.about
    rows: dict[Key, Row] = {}
    for file in restored.files:
        with pq.ParquetFile(file) as part:
            for batch in part.iter_batches(ROWS_AT_ONCE, columns=COLUMNS):
                columns = [each.to_pylist() for each in batch.columns]
                for key, high, low, asked_at, told_at in zip(*columns, strict=True):
                    if key in physical:
                        rows[key] = Row(digest_of(high, low), asked_at, told_at)
    return Seen(rows, about.began_at, about.ended_at, about.complete)
