"""Judging: from evidence to a verdict. Pure, so that a stored run can be judged again, byte for byte."""

from collections.abc import Mapping, Sequence
from math import ceil

from deepdiff import DeepDiff

from .diff import Diff, Finding, ItemClass
from .evidence import Evidence
from .garbage import uncollected
from .history import Jump, LoadCount
from .judgement import (
    Claim,
    Controls,
    ItemCounts,
    Judgement,
    LoadFigures,
    Phases,
    RpoFigures,
    RtoFigures,
    Sample,
)
from .runrecord import Ending
from .scenario import Validator
from .timeline import PHASE_NAMES, RecoveryTime
from .values import ABSENT, Item, key_label
from .verdict import EXIT_CODES, ExitCode, Outcome, Verdict, unknown, worst

SAMPLES_PER_CLASS = 3

ENDED_AS = {
    "recovery_failed": Outcome.FAIL,
    "unverifiable": Outcome.UNKNOWN,
    "gate_failed": Outcome.UNKNOWN,
    "interrupted": Outcome.UNKNOWN,
    "crashed": Outcome.UNKNOWN,
    "refused": Outcome.REFUSED,
    "unsupported": Outcome.UNSUPPORTED,
}
"""What a drill that did not complete comes to, whatever its validators say."""

KILLED = Ending(how="crashed", because="the drill was killed before it ended: run.json has no ending")


def judge(evidence: Evidence, validators: Mapping[str, Validator], no_ending: Ending = KILLED) -> Judgement:
    """Hold every claim against the evidence and merge what they come to.

    Args:
        evidence: of one run.
        validators: by the name of their file.
        no_ending: how to take a run whose record has no ending.
    """
    with uncollected():
        return _judge(evidence, validators, evidence.run.ending or no_ending)


def _judge(evidence: Evidence, validators: Mapping[str, Validator], ending: Ending) -> Judgement:
    claims = [_claim(name, validator, evidence) for name, validator in validators.items()]
    controls = _controls(evidence)
    outcome, because = _merge(ending, claims, controls)
    exit_code = EXIT_CODES[outcome]
    if evidence.run.leftovers and outcome in (Outcome.PASS, Outcome.MISSED):
        exit_code = ExitCode.LEFTOVERS
    run = evidence.run
    recovered = evidence.diff_recovered
    return Judgement(
        scenario=run.scenario,
        recovery=run.recovery,
        target=run.target,
        pace=run.pace,
        seed=run.seed,
        run=run.run,
        verdict=outcome,
        exit_code=int(exit_code),
        because=because,
        struck_at=evidence.struck_at,
        rpo=_rpo(evidence),
        rto=_rto(evidence),
        items=_items(recovered),
        in_service=_items(evidence.diff_in_service) if evidence.diff_in_service else None,
        load=_load(evidence),
        controls=controls,
        leftovers=list(run.leftovers),
        not_applicable=[claim.name for claim in claims if claim.verdict is Outcome.NOT_APPLICABLE],
        validators=claims,
        samples=_samples(evidence),
    )


def check(validator: Validator, evidence: Evidence) -> Verdict:
    """A validator's verdict; one that crashes has said nothing, so the answer is unknown."""
    try:
        return validator.check(evidence)
    except Exception as error:  # noqa: BLE001 -- whatever a claim trips over, it must not read as a pass
        return unknown(f"the validator crashed: {type(error).__name__}: {error}")


def _claim(name: str, validator: Validator, evidence: Evidence) -> Claim:
    verdict = check(validator, evidence)
    claim = (type(validator).__doc__ or name).strip().splitlines()[0]
    return Claim(name=name, claim=claim, verdict=verdict.outcome, because=verdict.because)


def _merge(ending: Ending, claims: Sequence[Claim], controls: Controls) -> tuple[Outcome, str]:
    """The verdict and the one sentence that says why."""
    ended_as = ENDED_AS.get(ending.how)
    if ended_as in (Outcome.REFUSED, Outcome.UNSUPPORTED):
        return ended_as, ending.because
    outcome = worst([claim.verdict for claim in claims] + ([ended_as] if ended_as else []))
    if outcome is ended_as:
        return outcome, ending.because
    if outcome in (Outcome.PASS, Outcome.MISSED) and (unproved := _unproved(controls)):
        return Outcome.UNKNOWN, unproved
    decisive = [claim for claim in claims if claim.verdict is outcome]
    if not decisive:
        return outcome, "no claim applies, so nothing was verified"
    if outcome is Outcome.PASS:
        return outcome, f"all {len(decisive)} claims hold, and the detector found what was planted"
    more = f" (and {len(decisive) - 1} more)" if len(decisive) > 1 else ""
    return outcome, f"{decisive[0].because}{more}"


def _unproved(controls: Controls) -> str:
    """Why the detector was not shown to work, or nothing."""
    if controls.missed:
        return f"the detector missed a planted defect: {controls.missed[0]}"
    return "" if controls.planted else "no defect could be planted, so the detector was not shown to work"


def _controls(evidence: Evidence) -> Controls:
    found = evidence.controls
    if found is None:
        return Controls(planted=0, caught=0, missed=[])
    return Controls(planted=found.planted, caught=found.caught, missed=list(found.missed))


def _rpo(evidence: Evidence) -> RpoFigures:
    loss, cut, promise = evidence.loss, evidence.cut, evidence.run.promise
    return RpoFigures(
        objective_s=evidence.run.objectives.rpo_s,
        measured_s=loss.measured_s if loss else None,
        at_most_s=loss.at_most_s if loss else None,
        promised_point_at=promise.point_at if promise else None,
        measured_point_at=cut.point_at if cut else (None, None),
        spread_s=round(cut.spread_s, 6) if cut else None,
        lost_writes_before_strike=len(loss.before) if loss else 0,
        lost_writes_after_strike=len(loss.after) if loss else 0,
        lost_after_strike_s=loss.after_s if loss else None,
        lost_writes_after_cutover=evidence.lost_after_cutover,
        holes=loss.holes if loss else False,
    )


def _rto(evidence: Evidence) -> RtoFigures:
    time = evidence.recovery_time or RecoveryTime(None, None, {}, {}, None, None)
    return RtoFigures(
        objective_s=evidence.run.objectives.rto_s,
        measured_s=time.measured_s,
        simulated_s=time.simulated_s,
        phases_s=_phases(time.phases_s),
        phases_simulated_s=_phases(time.phases_simulated_s),
    )


def _phases(seconds: Mapping[str, float]) -> Phases:
    return Phases.model_validate({name: seconds.get(name) for name in PHASE_NAMES})


def _items(found: Diff | None) -> ItemCounts:
    counts = {item_class.value: found.count(item_class) if found else 0 for item_class in ItemClass}
    return ItemCounts(
        expected=found.expected if found else 0,
        restored=found.restored if found else 0,
        torn=len(found.torn) if found else 0,
        undecided=found.undecided if found else 0,
        within_boundary=found.within_boundary if found else 0,
        expired_returned=found.expired_returned if found else 0,
        **counts,
    )


def _load(evidence: Evidence) -> LoadFigures:
    counts = evidence.history.loads
    ops = sum(count.ops for count in counts)
    active_s = max((count.active_s for count in counts), default=0.0)
    return LoadFigures(
        asked_rate_per_s=evidence.run.rate_per_s,
        ops=ops,
        ok=sum(count.ok for count in counts),
        fail=sum(count.fail for count in counts),
        info=sum(count.info for count in counts),
        rate_per_s=round(ops / active_s, 3) if active_s else None,
        p50_ms=None if evidence.virtual else _percentile(counts, 0.50),
        p99_ms=None if evidence.virtual else _percentile(counts, 0.99),
        idle_simulated_s=0.0 if evidence.virtual else _total(evidence.history.jumps),
    )


def _total(jumps: Sequence[Jump]) -> float:
    return round(sum(jump.to_at - jump.from_at for jump in jumps), 6)


def _percentile(counts: Sequence[LoadCount], share: float) -> float | None:
    """A latency below which at least this share of operations stayed, in whole milliseconds."""
    merged: dict[int, int] = {}
    for count in counts:
        for text, ops in count.latencies_ms.items():
            merged[int(text)] = merged.get(int(text), 0) + ops
    rank = ceil(share * sum(merged.values()))
    for milliseconds in sorted(merged):
        rank -= merged[milliseconds]
        if rank <= 0:
            return float(milliseconds)
    return None


def _samples(evidence: Evidence) -> list[Sample]:
    """A few keys of each class of each snapshot, with the attributes in which they differ from what was right."""
    chosen = [
        (name, item_class, finding)
        for name, found in evidence.diffs.items()
        for item_class, findings in found.findings.items()
        for finding in findings[:SAMPLES_PER_CLASS]
    ]
    right = frozenset(value for _, _, finding in chosen for value in finding.right if value != ABSENT)
    items = evidence.history.values(right)
    snapshots = {"restored": evidence.restored, "in_service": evidence.in_service}
    return [
        Sample(
            snapshot="restored" if name == "restored" else "in_service",
            class_=item_class.value,
            key=key_label(finding.key),
            because=finding.because,
            attributes=_differing(finding, snapshot.item(finding.key), items) if snapshot else [],
        )
        for name, item_class, finding in chosen
        for snapshot in (snapshots[name],)
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
