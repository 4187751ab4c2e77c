"""A judged run made by hand, for the tests of what is written about runs."""

from typing import Any

from dynadrill.drills.judgement import (
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
from dynadrill.drills.runrecord import (
    Ending,
    ObjectivesRecord,
    PromiseRecord,
    RunRecord,
    SettingsRecord,
    TablesRecord,
)
from dynadrill.drills.verdict import EXIT_CODES, Outcome

STRUCK_AT = 1_795_273_200.0
PHASES = {
    "notice": 900.0,
    "decide": 300.0,
    "wait": 300.0,
    "restore": 1800.0,
    "settings": 30.0,
    "validate": 4.0,
    "cutover": 0.02,
    "first_good": 0.3,
}
NO_PHASES = dict.fromkeys(PHASES)


def items(**counts: int) -> ItemCounts:
    """Counts by class; what is not named is 0."""
    return ItemCounts(**{**dict.fromkeys(ItemCounts.model_fields, 0), **counts})


def rpo(**figures: Any) -> RpoFigures:
    """An RPO of 0.4 s to 1.4 s, allowed 5 s."""
    return RpoFigures(
        **{
            "objective_s": 5.0,
            "measured_s": 0.4,
            "at_most_s": 1.4,
            "promised_point_at": STRUCK_AT - 1,
            "measured_point_at": (STRUCK_AT - 1.4, STRUCK_AT - 0.9),
            "spread_s": 0.0,
            "lost_writes_before_strike": 3,
            "lost_writes_after_strike": 1214,
            "lost_after_strike_s": 1500.0,
            "lost_writes_after_cutover": 0,
            "holes": False,
            **figures,
        }
    )


def rto(**figures: Any) -> RtoFigures:
    """An RTO of 55m 34s, nearly all of it simulated, allowed 4 h."""
    simulated = {**PHASES, "validate": 0.0, "cutover": 0.0, "first_good": 0.0}
    return RtoFigures(
        **{
            "objective_s": 14400.0,
            "measured_s": sum(PHASES.values()),
            "simulated_s": sum(simulated.values()),
            "phases_s": Phases.model_validate(PHASES),
            "phases_simulated_s": Phases.model_validate(simulated),
            **figures,
        }
    )


NO_RPO = rpo(
    measured_s=None,
    at_most_s=None,
    promised_point_at=None,
    measured_point_at=(None, None),
    spread_s=None,
    lost_writes_before_strike=None,
    lost_writes_after_strike=None,
    lost_after_strike_s=None,
    lost_writes_after_cutover=None,
    holes=None,
)
NO_RTO = rto(
    measured_s=None,
    simulated_s=None,
    phases_s=Phases.model_validate(NO_PHASES),
    phases_simulated_s=Phases.model_validate(NO_PHASES),
)
LOAD = LoadFigures(
    asked_rate_per_s=100.0,
    ops=4512,
    ok=4498,
    fail=10,
    info=4,
    rate_per_s=99.84,
    p50_ms=2.0,
    p99_ms=14.0,
    idle_simulated_s=3330.0,
)
NO_LOAD = LOAD.model_copy(
    update={"ops": 0, "ok": 0, "fail": 0, "info": 0, "rate_per_s": None, "p50_ms": None, "p99_ms": None}
)


def claim(name: str, verdict: Outcome, because: str) -> Claim:
    """One validator's answer."""
    return Claim(name=name, claim=f"The claim of {name}.", verdict=verdict, because=because)


def judgement(verdict: Outcome = Outcome.PASS, **fields: Any) -> Judgement:
    """A drill that passed; any field can be another."""
    return Judgement.model_validate(
        {
            "scenario": "bad_batch_delete",
            "recovery": "point_in_time",
            "target": "embedded",
            "pace": "real",
            "seed": 7,
            "run": "20261121t150000z7",
            "verdict": verdict,
            "exit_code": int(EXIT_CODES[verdict]),
            "because": "all 3 claims hold, and the detector found what was planted",
            "struck_at": STRUCK_AT,
            "rpo": rpo(),
            "rto": rto(),
            "items": items(expected=10_000, restored=10_000, intact=10_000, within_boundary=2),
            "in_service": items(expected=10_050, restored=10_050, intact=10_050),
            "load": LOAD,
            "controls": Controls(planted=6, caught=6, missed=[]),
            "leftovers": [],
            "not_applicable": ["later_writes_kept"],
            "validators": [
                claim("nothing_missing", Outcome.PASS, "no key is missing among 10,000 keys"),
                claim("later_writes_kept", Outcome.NOT_APPLICABLE, "no objective was set"),
            ],
            "samples": [],
            **fields,
        }
    )


def record(**fields: Any) -> RunRecord:
    """The record of the run that `judgement` is about."""
    settings = SettingsRecord(
        stream_view=None, ttl_attribute=None, tags={}, recovery_period_days=35, deletion_protection=True
    )
    return RunRecord.model_validate(
        {
            "version": "0.1.0",
            "run": "20261121t150000z7",
            "scenario": "bad_batch_delete",
            "disaster": "batch_delete",
            "recovery": "point_in_time",
            "target": "embedded",
            "target_kind": "embedded",
            "pace": "real",
            "seed": 7,
            "items": 10_000,
            "users": 10,
            "rate_per_s": 100.0,
            "key_attributes": ["ImportantId"],
            "validators": ["nothing_missing"],
            "objectives": ObjectivesRecord(rpo_s=5.0, rto_s=14400.0, max_lost_after=None),
            "tables": TablesRecord(source="a", restored="b", in_service="b"),
            "promise": PromiseRecord(
                kind="rewind", point_at=STRUCK_AT - 1, boundary_s=(0.0, 0.0), found_from="the clean-up script's own log"
            ),
            "settings_before": settings,
            "settings_after": settings,
            "forced_cutover": False,
            "leftovers": [],
            "ending": Ending(how="completed", because="the drill came to its end"),
            **fields,
        }
    )


def broken() -> Judgement:
    """A drill that failed, with keys in bad classes and a missed planted defect."""
    return judgement(
        Outcome.FAIL,
        because="the restored table: 12 keys are missing: user-000123, user-000124, user-000125 …",
        rpo=rpo(measured_s=None, at_most_s=None, holes=True),
        items=items(expected=10_000, restored=9_988, intact=9_980, missing=12, stale=8, torn=1),
        controls=Controls(planted=6, caught=5, missed=["phantom: counted 0 more, expected 1"]),
        leftovers=["table dynadrill-x-VerySuperImportantTable: still DELETING"],
        validators=[
            claim("nothing_missing", Outcome.FAIL, "12 keys are missing"),
            claim("lost_little", Outcome.MISSED, "7 s of writes are lost, 5 s were allowed"),
            claim("consistent_cut", Outcome.UNKNOWN, "no key has a vote"),
        ],
        samples=[
            Sample(
                snapshot="restored",
                class_="missing",
                key="user-000123",
                because="deleted by the disaster",
                attributes=[],
            ),
            Sample(
                snapshot="in_service",
                class_="stale",
                key="user-\x1b[31m9",
                because="an older write of load explains it",
                attributes=["token", "city"],
            ),
        ],
    )
