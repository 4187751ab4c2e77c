"""What a check came to: a pure function of its folder, which can be repeated without a target."""

from collections.abc import Iterator
from pathlib import Path

from ..errors import DrillError
from ..invariants.invariant import hold, kept_invariant
from ..judgement import Claim, Controls
from ..masking import masked
from ..snapshots.folder import StoredSnapshot, open_snapshot
from ..store import spent_of, write_atomically
from ..values import Item
from ..verdict import (
    EXIT_CODES,
    ExitCode,
    Outcome,
    Verdict,
    failed,
    missed,
    not_applicable,
    passed,
    unknown,
    worst,
)
from .canaries_claim import Canaries, check_canaries
from .folder import CheckFolder, read_check
from .indexes_claim import check_indexes
from .items_claim import Items, check_items
from .record import CheckRecord
from .result import AgainstFigures, CheckVerdict, RpoFigures
from .settings_claim import check_settings
from .stored_items import items_of
from .times import recovery_time

CLAIMS = {
    "items_agree": "Every item of the restored table is what an independent copy of the same instant has",
    "indexes_agree": "Every index of the restored table holds what its items say: nothing missing, too much or wrong",
    "settings_came_back": "Every setting is as it was, was put back on the copy, or was left out on purpose",
    "own_invariants": "What you say of your items holds",
    "smoke_passes": "Your own command accepts the restored table",
    "canaries_intact": "The canaries came back as they were at the restore point, and measure it",
    "lost_little": "Not more is lost than the RPO allows",
    "recovered_in_time": "The table was restored, read and compared within the RTO",
}
"""What is claimed about a restored table, by name."""

ENDINGS = {
    "recovery_failed": Outcome.FAIL,
    "refused": Outcome.REFUSED,
    "unsupported": Outcome.UNSUPPORTED,
}
"""What a check comes to that did not reach its end; all else leaves it unknown."""


def judge_check(folder: CheckFolder) -> CheckVerdict:
    """Judge what is in a folder, and write `verdict.json`.

    Raises:
        UnverifiableError: there is no whole record in it.
    """
    verdict = verdict_of(folder, read_check(folder))
    write_atomically(folder.verdict_json, verdict.to_json())
    return verdict


def verdict_of(folder: CheckFolder, record: CheckRecord) -> CheckVerdict:
    """What the evidence comes to; accounts are cut to their last digits unless values were asked for."""
    found = _verdict_of(folder, record)
    return found if record.asked.show_values else CheckVerdict.model_validate_json(masked(found.model_dump_json()))


def _verdict_of(folder: CheckFolder, record: CheckRecord) -> CheckVerdict:
    restored = _opened(folder.path, record.restored_path)
    copy = record.held_against
    independent = _opened(folder.path, copy.path) if copy is not None and copy.kind != "ledger" else None
    items = check_items(record, restored, independent)
    entries = {
        index.definition.name: found
        for index in record.indexes or ()
        if (found := _opened(folder.path, index.path)) is not None
    }
    indexes = check_indexes(record, restored, entries)
    settings = check_settings(record)
    canaries = check_canaries(record, restored, folder.canary)
    rpo, lost_little = _lost(record, items, canaries)
    rto, in_time = recovery_time(record)
    verdicts = {
        "items_agree": items.verdict,
        "indexes_agree": indexes.verdict,
        "settings_came_back": settings.verdict,
        "own_invariants": _invariants(folder, record, restored),
        "smoke_passes": _smoke(record),
        "canaries_intact": canaries.verdict,
        "lost_little": lost_little,
        "recovered_in_time": in_time,
    }
    proofs = (items.proof, indexes.proof, settings.proof, canaries.proof)
    undetected = [name for proof in proofs for name in proof.missed]
    planted = sum(proof.planted for proof in proofs)
    controls = Controls(planted=planted, caught=planted - len(undetected), missed=undetected)
    outcome, because = _outcome(record, verdicts, controls)
    reached = record.ending is not None and record.ending.how == "completed"
    claims = [
        Claim(name=name, claim=CLAIMS[name], verdict=verdict.outcome, because=verdict.because)
        for name, verdict in verdicts.items()
    ]
    leftovers = record.leftovers and outcome in (Outcome.PASS, Outcome.MISSED)
    return CheckVerdict(
        table=record.table,
        region=record.region,
        target=record.target,
        target_kind=record.target_kind,
        method=record.way,
        run=record.run,
        verdict=outcome,
        exit_code=int(ExitCode.LEFTOVERS if leftovers else EXIT_CODES[outcome]),
        because=because,
        began_at=record.marks.get("began"),
        restored=record.restored,
        restored_region=record.restored_region,
        point=record.point,
        against=_against(record),
        rpo=rpo,
        rto=rto,
        items=items.counts,
        settings=settings.rows,
        controls=controls,
        cost=record.cost,
        leftovers=record.leftovers,
        not_applicable=tuple(claim.name for claim in claims if claim.verdict is Outcome.NOT_APPLICABLE),
        validators=tuple(claims) if reached else (),
        samples=items.samples,
        answer=record.answer,
        spent=spent_of(folder),
        leftovers_known=record.leftovers_known,
    )


def _opened(folder: Path, path: str | None) -> StoredSnapshot | None:
    """What was read, from the run folder or from where it was named; None where it is not whole any more."""
    if not path:
        return None
    try:
        return open_snapshot(folder / path)
    except DrillError:
        return None


def _outcome(record: CheckRecord, verdicts: dict[str, Verdict], controls: Controls) -> tuple[Outcome, str]:
    ending = record.ending
    if ending is None:
        return Outcome.UNKNOWN, "the check has no ending: it was killed, or is still running"
    if ending.how != "completed":
        return ENDINGS.get(ending.how, Outcome.UNKNOWN), ending.because
    outcome = worst(verdict.outcome for verdict in verdicts.values())
    if controls.missed and outcome in (Outcome.PASS, Outcome.MISSED):
        return Outcome.UNKNOWN, f"the detector did not find what was planted: {controls.missed[0]}"
    if outcome is Outcome.PASS:
        held = sum(verdict.outcome is Outcome.PASS for verdict in verdicts.values())
        return outcome, f"all {held} claims hold, and the detector found what was planted"
    name, verdict = next((name, each) for name, each in verdicts.items() if each.outcome is outcome)
    return outcome, f"{name}: {verdict.because}"


def _against(record: CheckRecord) -> AgainstFigures | None:
    copy = record.held_against
    if copy is None:
        return None
    return AgainstFigures(kind=copy.kind, given=copy.given, from_at=copy.from_at, to_at=copy.to_at)


def _invariants(folder: CheckFolder, record: CheckRecord, restored: StoredSnapshot | None) -> Verdict:
    if not record.asked.invariants:
        return not_applicable("no invariant was given")
    if restored is None:
        return unknown("the restored table was not read")
    faults: list[str] = []
    for name in record.asked.invariants:
        invariant = kept_invariant(folder.invariant(name))

        def items(stored: StoredSnapshot = restored) -> Iterator[Item]:
            return items_of(stored)

        held = hold(invariant, items, record.key_attributes, show_values=record.asked.show_values)
        if held.count:
            return failed(held.said())
        faults += [held.fault] if held.fault else []
    return unknown(faults[0]) if faults else passed(f"{', '.join(record.asked.invariants)} found nothing wrong")


def _smoke(record: CheckRecord) -> Verdict:
    smoke = record.smoke
    if smoke is None:
        return not_applicable("no command was given")
    if smoke.exit_code is None:
        return unknown(f"{smoke.command}: {smoke.fault}")
    if smoke.exit_code:
        return failed(f"{smoke.command} ended with {smoke.exit_code}: see smoke.txt in the run folder")
    return passed(f"{smoke.command} ended with 0")


def _lost(record: CheckRecord, items: Items, canaries: Canaries) -> tuple[RpoFigures, Verdict]:
    """The RPO: by the service's word, and as the canaries measure it."""
    point, asked, loss = record.point, record.asked, canaries.loss
    promised_s = None if point is None else round(max(asked.reference_at - point.at - point.boundary_s[0], 0.0), 6)
    figures = RpoFigures(
        objective_s=asked.rpo_s,
        reference_at=asked.reference_at,
        promised_s=promised_s,
        measured_s=None if loss is None else loss.measured_s,
        at_most_s=None if loss is None else loss.at_most_s,
        measured_point_at=(None, None) if canaries.cut is None else canaries.cut.point_at,
        spread_s=None if canaries.cut is None else canaries.cut.spread_s,
        lost_writes=None if loss is None else len(loss.before),
    )
    return figures, _held_to(figures, items.verdict.outcome is Outcome.PASS)


def _held_to(rpo: RpoFigures, shown: bool) -> Verdict:  # noqa: FBT001 -- whether the point was shown from the data
    objective_s = rpo.objective_s
    if objective_s is None:
        return not_applicable("no RPO was asked for")
    if rpo.promised_s is None:
        return unknown("there is no restore point")
    allowed = f"{objective_s:g} s were allowed"
    if rpo.measured_s is not None and rpo.measured_s > objective_s:
        return missed(f"{rpo.measured_s:g} s of the canaries' writes are lost, {allowed}")
    if rpo.at_most_s is not None:
        if rpo.at_most_s <= objective_s:
            return passed(f"at most {rpo.at_most_s:g} s of writes are lost, measured from the canaries; {allowed}")
        lost = f"between {rpo.measured_s or 0:g} s and {rpo.at_most_s:g} s are lost"
        return unknown(f"too few canary writes to tell: {lost}, {allowed}")
    if rpo.promised_s > objective_s:
        return missed(f"the newest point that can be had is {rpo.promised_s:g} s old, {allowed}")
    if shown:
        return passed(f"the point is {rpo.promised_s:g} s old, and the items are those of that instant; {allowed}")
    return unknown(f"the service says that the point is {rpo.promised_s:g} s old, and nothing was compared to show it")
