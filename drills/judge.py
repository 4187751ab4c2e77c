"""Judging: from evidence to a verdict. Pure, so that a stored run can be judged again, byte for byte."""

from collections.abc import Mapping, Sequence

from .evidence import PLACES, Evidence
from .figures import (
    failback_figures,
    item_counts,
    load_figures,
    restore_point_figures,
    rpo_figures,
    rto_figures,
    samples,
)
from .garbage import uncollected
from .judgement import Claim, Controls, Judgement
from .runrecord import Ending
from .scenario import Validator
from .verdict import EXIT_CODES, ExitCode, Outcome, Verdict, unknown, worst

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

ABOUT_DATA = frozenset({"nothing_missing", "no_contamination", "nothing_stale", "nothing_unexpected"})
"""The claims of which at least one must hold before anything is called a pass."""

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
    outcome, because = _merge(evidence, ending, claims, controls)
    if evidence.run.cutover_refused:
        because = f"the cutover was refused: {evidence.run.cutover_refused}. Then: {because}"
    exit_code = EXIT_CODES[outcome]
    if evidence.run.leftovers and outcome in (Outcome.PASS, Outcome.MISSED):
        exit_code = ExitCode.LEFTOVERS
    run = evidence.run
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
        rpo=rpo_figures(evidence),
        rto=rto_figures(evidence),
        items=item_counts(evidence.diff_recovered),
        in_service=item_counts(evidence.diff_in_service) if evidence.diff_in_service else None,
        left=item_counts(evidence.diff_left) if evidence.diff_left else None,
        failback=failback_figures(evidence),
        load=load_figures(evidence),
        controls=controls,
        leftovers=list(run.leftovers),
        not_applicable=[claim.name for claim in claims if claim.verdict is Outcome.NOT_APPLICABLE],
        validators=claims,
        samples=samples(evidence),
        restore_points=restore_point_figures(evidence),
        leftovers_known=run.leftovers_known,
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


def _merge(evidence: Evidence, ending: Ending, claims: Sequence[Claim], controls: Controls) -> tuple[Outcome, str]:
    """The verdict and the one sentence that says why."""
    ended_as = ENDED_AS.get(ending.how)
    if ended_as in (Outcome.REFUSED, Outcome.UNSUPPORTED):
        return ended_as, ending.because
    if evidence.lost:
        return Outcome.UNKNOWN, f"evidence is lost, and nothing that follows from the rest is sure: {evidence.lost[0]}"
    outcome = worst([claim.verdict for claim in claims] + ([ended_as] if ended_as else []))
    if outcome is ended_as:
        return outcome, ending.because
    if outcome in (Outcome.PASS, Outcome.MISSED):
        if unclean := _unclean(evidence):
            return Outcome.FAIL, unclean
        if unproved := _unproved(claims, controls):
            return Outcome.UNKNOWN, unproved
    decisive = [claim for claim in claims if claim.verdict is outcome]
    if not decisive:
        return outcome, "no claim applies, so nothing was verified"
    if outcome is Outcome.PASS:
        return outcome, f"all {len(decisive)} claims hold, and the detector found what was planted"
    more = f" (and {len(decisive) - 1} more)" if len(decisive) > 1 else ""
    return outcome, f"{decisive[0].because}{more}"


def _unclean(evidence: Evidence) -> str:
    """What is wrong with a table though no claim of the scenario is about it, or nothing."""
    for name, found in evidence.diffs.items():
        if not found.clean:
            return f"{found.keys - found.intact} keys of {PLACES[name]} are wrong, and no claim of the scenario says so"
    return ""


def _unproved(claims: Sequence[Claim], controls: Controls) -> str:
    """Why a pass would be an empty word: nothing was claimed about data, or the detector was not shown to work."""
    if not any(claim.name in ABOUT_DATA and claim.verdict is Outcome.PASS for claim in claims):
        return "no claim about data applies, so nothing was verified"
    if controls.missed:
        return f"the detector missed a planted defect: {controls.missed[0]}"
    return "" if controls.planted else "no defect could be planted, so the detector was not shown to work"


def _controls(evidence: Evidence) -> Controls:
    found = evidence.controls
    if found is None:
        return Controls(planted=0, caught=0, missed=[])
    return Controls(planted=found.planted, caught=found.caught, missed=list(found.missed))
