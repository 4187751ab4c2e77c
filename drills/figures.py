"""The figures of a verdict, taken from evidence: what was not measured is null, never 0."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil, floor

from deepdiff import DeepDiff

from .diff import Diff, Finding, ItemClass
from .evidence import Evidence
from .history import Jump, LoadCount
from .judgement import (
    FailbackFigures,
    ItemCounts,
    LatenciesFigures,
    LatencyFigures,
    LoadFigures,
    Phases,
    PointFigures,
    RestorePointFigures,
    RpoFigures,
    RtoFigures,
    Sample,
)
from .latency import Latencies
from .timeline import PHASE_NAMES, RecoveryTime
from .values import ABSENT, Item, key_label

SAMPLES_PER_CLASS = 3
POINTS_TOLD = 11
"""So many seconds of the curve are told, beside the promised one."""


def rpo_figures(evidence: Evidence) -> RpoFigures:
    """How much was lost."""
    loss, cut, promise = evidence.loss, evidence.cut, evidence.run.promise
    return RpoFigures(
        objective_s=evidence.run.objectives.rpo_s,
        measured_s=loss.measured_s if loss else None,
        at_most_s=loss.at_most_s if loss else None,
        promised_point_at=promise.point_at if promise else None,
        measured_point_at=cut.point_at if cut else (None, None),
        spread_s=round(cut.spread_s, 6) if cut else None,
        lost_writes_before_strike=len(loss.before) if loss else None,
        lost_writes_after_strike=len(loss.after) if loss else None,
        lost_after_strike_s=loss.after_s if loss else None,
        lost_writes_after_cutover=evidence.lost_after_cutover,
        arrived_late=evidence.arrived_late,
        holes=loss.holes if loss else None,
    )


def restore_point_figures(evidence: Evidence) -> RestorePointFigures | None:
    """What the seconds to go back to would have come to; None where the disaster wrote no items."""
    found, clue, promise = evidence.restore_points, evidence.run.clue, evidence.run.promise
    if found is None:
        return None
    promised = [] if promise is None or promise.point_at is None else [float(floor(promise.point_at))]
    return RestorePointFigures(
        first_bad_at=found.observed.first_bad_at,
        clue_first_bad_at=clue.first_bad_at if clue else None,
        best_at=found.best_at,
        bad_writes=found.observed.bad.total,
        damaged_keys=found.observed.damaged.total,
        points=[PointFigures(**each._asdict()) for each in found.outline(POINTS_TOLD, promised)],
    )


def rto_figures(evidence: Evidence) -> RtoFigures:
    """How long it took, by phase."""
    time = evidence.recovery_time or RecoveryTime(None, None, {}, {}, None, None)
    return RtoFigures(
        objective_s=evidence.run.objectives.rto_s,
        measured_s=time.measured_s,
        simulated_s=time.simulated_s,
        phases_s=_phases(time.phases_s),
        phases_simulated_s=_phases(time.phases_simulated_s),
    )


def failback_figures(evidence: Evidence) -> FailbackFigures | None:
    """How users were taken back; None where nobody tried."""
    found, first_good = evidence.run.failback, evidence.first_good_back
    if found is None:
        return None
    good_at = first_good.at if first_good else None
    held_at = None if found.at is None or found.held_s is None else found.at - found.held_s
    return FailbackFigures(
        at=found.at,
        held_s=found.held_s,
        first_good_s=None if good_at is None or held_at is None else round(good_at - held_at, 6),
        refused=found.refused,
    )


def _phases(seconds: Mapping[str, float]) -> Phases:
    return Phases.model_validate({name: seconds.get(name) for name in PHASE_NAMES})


def item_counts(found: Diff | None) -> ItemCounts:
    """Keys by class; all null where nothing was compared."""
    if found is None:
        return ItemCounts.model_validate(dict.fromkeys(ItemCounts.model_fields))
    return ItemCounts(
        expected=found.expected,
        restored=found.restored,
        torn=len(found.torn),
        undecided=found.undecided,
        within_boundary=found.within_boundary,
        expired_returned=found.expired_returned,
        **{item_class.value: found.count(item_class) for item_class in ItemClass},
    )


def load_figures(evidence: Evidence) -> LoadFigures:
    """What the users did; all null where no load process wrote down what it counted."""
    counts = evidence.history.loads
    ops = sum(count.ops for count in counts)
    active_s = max((count.active_s for count in counts), default=0.0)
    return LoadFigures(
        asked_rate_per_s=evidence.run.rate_per_s,
        ops=ops if counts else None,
        ok=sum(count.ok for count in counts) if counts else None,
        fail=sum(count.fail for count in counts) if counts else None,
        info=sum(count.info for count in counts) if counts else None,
        rate_per_s=round(ops / active_s, 3) if active_s else None,
        p50_ms=None if evidence.virtual else _percentile(counts, 0.50),
        p99_ms=None if evidence.virtual else _percentile(counts, 0.99),
        idle_simulated_s=0.0 if evidence.virtual else _total(evidence.history.jumps),
        latencies=_latencies(evidence.latencies),
    )


def _latencies(found: Latencies | None) -> LatenciesFigures | None:
    if found is None:
        return None
    return LatenciesFigures(
        before=_latency(found.before), protecting=_latency(found.protecting), recovering=_latency(found.recovering)
    )


def _latency(taken: Counter[int]) -> LatencyFigures:
    return LatencyFigures(ops=taken.total(), p50_ms=_rank(taken, 0.50), p99_ms=_rank(taken, 0.99))


def _total(jumps: Sequence[Jump]) -> float:
    return round(sum(jump.to_at - jump.from_at for jump in jumps), 6)


def _percentile(counts: Sequence[LoadCount], share: float) -> float | None:
    """A latency below which at least this share of operations stayed, in whole milliseconds."""
    merged: Counter[int] = Counter()
    for count in counts:
        merged.update({int(text): ops for text, ops in count.latencies_ms.items()})
    return _rank(merged, share)


def _rank(taken: Counter[int], share: float) -> float | None:
    rank = ceil(share * taken.total())
    for milliseconds in sorted(taken):
        rank -= taken[milliseconds]
        if rank <= 0:
            return float(milliseconds)
    return None


def samples(evidence: Evidence) -> list[Sample]:
    """A few keys of each class of each snapshot, with the attributes in which they differ from what was right."""
    chosen = [
        (name, item_class, finding)
        for name, found in evidence.diffs.items()
        for item_class, findings in found.findings.items()
        for finding in findings[:SAMPLES_PER_CLASS]
    ]
    right = frozenset(value for _, _, finding in chosen for value in finding.right if value != ABSENT)
    items = evidence.history.values(right)
    return [
        Sample(
            snapshot=name,
            class_=item_class.value,
            key=key_label(finding.key),
            because=evidence.because(finding),
            attributes=_differing(finding, evidence.snapshots[name].item(finding.key), items),
        )
        for name, item_class, finding in chosen
    ]


def _differing(finding: Finding, seen: Item | None, items: Mapping[bytes, Item]) -> list[str]:
    """The names of the attributes in which an item differs from the closest of the values that were right."""
    candidates = [items[value] for value in sorted(finding.right) if value in items]
    if seen is None or not candidates:
        return []
    differing = [
        sorted(str(name) for name in DeepDiff(right, seen, ignore_order=True).affected_root_keys)
        for right in candidates
    ]
    return min(differing, key=len)
