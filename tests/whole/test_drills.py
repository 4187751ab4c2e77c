"""Whole drills in virtual pace: what brings a table back passes, and whatever does not is caught."""

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.catalog import Kind, load, names
from dynadrill.drills.history import Told, Who
from dynadrill.drills.marks import Mark
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.store import read_record
from dynadrill.drills.stored import judge_folder
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.disasters.lost_region import LostRegion

SCENARIOS = ("bad_batch_delete", "bad_overwrite")
RECOVERIES = ("point_in_time", "on_demand_backup")
SEEDS = [*range(8), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(8, 20))]
"""Eight always, and twelve more at length."""

FAIR = {"items": 1000, "rate": 2.0, "notice": "20s", "decide": "30s", "rpo": "5m"}
"""A small drill, with objectives that both recoveries can meet."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("recovery", RECOVERIES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_scenarios_pass_with_both_recoveries(scenario: str, recovery: str, seed: int, drill: Any) -> None:
    """S0-20, S1-11, S1-12, S2-02, S2-08, S2-14: with every seed the table comes back, and the numbers say so."""
    ran = drill(scenario, recovery=recovery, seed=seed, **FAIR)
    judgement = ran.judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.exit_code == 0
    assert judgement.leftovers == []
    assert judgement.controls.planted == judgement.controls.caught >= 6
    assert judgement.items.intact == judgement.items.expected == judgement.items.restored > 900
    assert judgement.rpo.measured_s is not None
    assert judgement.rpo.at_most_s is not None
    assert judgement.rpo.measured_s <= judgement.rpo.at_most_s
    point_at, promised_at = judgement.rpo.measured_point_at, judgement.rpo.promised_point_at
    assert promised_at is not None
    if recovery == "point_in_time":
        assert (point_at[0] or 0) <= promised_at < (point_at[1] or float("inf"))
        assert 1.0 <= judgement.rpo.at_most_s <= 2.0
        assert judgement.rpo.spread_s == 0


ENDS_BY_ITSELF = frozenset({"region_outage", "region_lost_without_loss"})
"""Where the table comes back by itself nothing is missing, and users had to wait for it."""


@pytest.mark.parametrize("scenario", names(Kind.SCENARIO))
def test_no_scenario_passes_without_its_cure(scenario: str, drill: Any) -> None:
    """The negative control: with its recovery replaced by nothing, a scenario of the catalog must not pass."""
    workload = load(Kind.SCENARIO, scenario).workload
    rate = 2.0 if workload.warm_up_s < 600 else min(workload.rate_per_s, 0.3)
    judgement = drill(scenario, recovery="nothing", rate=rate).judgement
    if scenario in ENDS_BY_ITSELF:
        assert judgement.verdict is Outcome.MISSED
        assert judgement.exit_code == 3
        disaster = load(Kind.SCENARIO, scenario).disaster
        assert isinstance(disaster, LostRegion)
        assert (judgement.rto.measured_s or 0.0) > (disaster.lasts_s or 0.0) > 0.0
        return
    assert judgement.verdict is Outcome.FAIL
    assert judgement.exit_code == 1
    claims = {claim.name: claim.verdict for claim in judgement.validators}
    if claims["table_in_reach"] is not Outcome.FAIL:
        assert judgement.items.missing + judgement.items.contaminated > 0


def test_nothing_names_missing_keys(drill: Any) -> None:
    """`--recovery nothing` exits 1 and names keys that are missing, and what deleted them."""
    judgement = drill(recovery="nothing").judgement
    named = [sample for sample in judgement.samples if sample.class_ == "missing"]
    assert named
    assert all(sample.key and "deleted by the disaster" in sample.because for sample in named)
    assert named[0].key in next(c.because for c in judgement.validators if c.name == "nothing_missing")


def test_a_point_after_the_strike_fails(drill: Any) -> None:
    """S0-11: a restore to two seconds after the deletion began brings the damage back too, and is no pass."""
    judgement = drill(to="strike+2s").judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.items.missing > 0
    assert judgement.rpo.measured_s is None
    assert judgement.rpo.holes


def test_a_table_that_is_wrong_is_not_put_in_service(drill: Any) -> None:
    """S1-13: on fail the cutover is refused and users keep the old table; --force-cutover overrides."""
    refused = drill(to="strike+2s")
    record = read_record(refused.folder)
    assert record.tables.restored is not None
    assert record.tables.in_service == record.tables.source
    assert Mark.CUT_OVER not in read_history(refused.folder.history).marks
    assert refused.judgement.because.startswith(f"the cutover was refused: {record.cutover_refused}")
    forced = drill(to="strike+2s", force_cutover=True)
    record = read_record(forced.folder)
    assert record.forced_cutover
    assert record.tables.in_service == record.tables.restored
    assert forced.judgement.verdict is Outcome.FAIL


def test_an_rto_that_is_missed_is_said(drill: Any) -> None:
    """S0-02, S0-04: the table is right but took longer than asked for: missed, exit 3; the phases add up."""
    judgement = drill(rto="1s").judgement
    assert judgement.verdict is Outcome.MISSED
    assert judgement.exit_code == 3
    phases = [value for value in judgement.rto.phases_s.model_dump().values() if value is not None]
    assert len(phases) == 8
    assert judgement.rto.measured_s == pytest.approx(sum(phases), abs=1e-6)


def test_the_restore_point_is_two_seconds_before_the_damage_at_most(drill: Any) -> None:
    """S0-12, S2-14: the point found from the script's log is the whole second that ends before the first delete."""
    ran = drill()
    struck_at, point_at = ran.judgement.struck_at, ran.judgement.rpo.promised_point_at
    assert struck_at is not None
    assert point_at is not None
    assert point_at == int(point_at)
    assert 1.0 <= struck_at - point_at < 2.0


def test_every_phase_is_there_in_order(drill: Any) -> None:
    """S0-08, S0-10, S0-15: disaster, notice, decide, restore, cutover and first good use are marked, in order."""
    ran = drill(notice="15m", decide="10m")
    marks = read_history(ran.folder.history).marks
    assert [mark for mark in Mark if mark in marks] == list(Mark)
    assert list(marks.values()) == sorted(marks.values())
    phases = ran.judgement.rto.phases_s
    assert phases.notice == pytest.approx(900, abs=2)
    assert phases.decide == pytest.approx(600, abs=2)
    assert phases.wait is not None


def test_the_same_seed_gives_the_same_history(drill: Any) -> None:
    """Virtual pace: the same seed gives the same history but for the run's id, another seed another one."""

    def lines(ran: Any) -> list[str]:
        run = read_record(ran.folder).run
        parts = sorted(ran.folder.history.glob("*.jsonl"))
        return [line.replace(run, "RUN") for part in parts for line in part.read_text().splitlines()]

    first, second, other = lines(drill(seed=5)), lines(drill(seed=5)), lines(drill(seed=6))
    assert len(first) > 500
    assert first == second
    assert first != other


def test_a_stored_run_judges_the_same(drill: Any, tmp_path: Path) -> None:
    """`judge` needs no target and writes the same verdict.json, byte for byte, wherever the folder lies."""
    ran = drill()
    before = ran.folder.verdict_json.read_bytes()
    moved = tmp_path / "elsewhere"
    shutil.move(ran.folder.path, moved)
    (moved / "verdict.json").unlink()
    assert judge_folder(moved).exit_code == 0
    assert (moved / "verdict.json").read_bytes() == before


def test_protection_switched_off_is_a_failure(drill: Any, scenario_of_tests: Any) -> None:
    """S0-18: point-in-time recovery that is off when it is needed is a fail, with the cause named."""
    judgement = drill(scenario_of_tests("pitr_off")).judgement
    assert judgement.verdict is Outcome.FAIL
    assert "switched off" in judgement.because
    assert judgement.leftovers == []


def test_a_foreign_table_is_refused(drill: Any, scenario_of_tests: Any) -> None:
    """A scenario that reaches for a table that the run did not create is refused, exit 5, before the call is sent."""
    ran = drill(scenario_of_tests("foreign_table"))
    assert ran.judgement.verdict is Outcome.REFUSED
    assert ran.judgement.exit_code == 5
    assert "customers" in ran.judgement.because
    assert '"DeleteTable","customers"' not in ran.folder.calls.read_text()


def test_a_load_that_wrote_nothing_shows_nothing(drill: Any) -> None:
    """With no write acknowledged before the strike there is nothing to lose: unknown, never a pass."""
    judgement = drill(users=1, rate=0.0001).judgement
    assert judgement.verdict in (Outcome.UNKNOWN, Outcome.FAIL)
    assert judgement.exit_code != 0
    claims = {claim.name: claim.verdict for claim in judgement.validators}
    assert claims["written_before_strike"] is Outcome.UNKNOWN


def test_the_interrupted_script_leaves_its_last_batch_open(drill: Any) -> None:
    """S2-09, S2-10, S2-12: one page is found, recent items are deleted in batches, the last batch's fate is unknown."""
    ran = drill(items=4000)
    bad = [w for w in read_history(ran.folder.history).writes if w.who is Who.DISASTER]
    assert {w.outcome for w in bad} == {Told.OK, Told.INFO}
    assert 0 < sum(w.outcome is Told.INFO for w in bad) <= 25
    assert len(bad) <= 21 * 25
    assert len({w.op for w in bad if w.outcome is Told.INFO}) == 1


def test_settings_come_back(drill: Any) -> None:
    """S2-22 to S2-25: stream, TTL, tags and point-in-time recovery are put back on the restored table."""
    record = read_record(drill().folder)
    assert record.settings_before == record.settings_after
    assert record.settings_before is not None
    assert record.settings_before.recovery_period_days == 35
    assert record.settings_before.stream_view
    assert record.settings_before.ttl_attribute
    assert record.settings_before.deletion_protection
    assert len(record.settings_before.tags) >= 2


def test_a_restore_alone_is_not_enough(drill: Any, scenario_of_tests: Any) -> None:
    """S2-22 to S2-25: where nobody puts the settings back the drill fails, and says how to do it."""
    judgement = drill(scenario_of_tests("forgetful")).judgement
    assert judgement.verdict is Outcome.FAIL
    because = next(claim.because for claim in judgement.validators if claim.name == "settings_came_back")
    assert because.startswith("5 of 18 settings differ: ")
    assert "deletion_protection: was True, is False (a restore does not copy it): aws dynamodb update-table" in because
    assert "all that expired meanwhile is deleted" in because
    assert "until then the table cannot be recovered to any time" in because
    for name in ("stream_view", "ttl_attribute", "tags", "recovery_period_days"):
        assert f"{name}: was" in because


def test_a_run_of_an_earlier_version_is_judged(drill: Any) -> None:
    """A record without what was added since judges as it did: by the claims and the five settings that it knew."""
    ran = drill()
    record = orjson.loads(ran.folder.run_json.read_bytes())
    for name in ("fixture", "indexes", "invariants", "show_values"):
        del record[name]
    known = {"stream_view", "ttl_attribute", "tags", "recovery_period_days", "deletion_protection"}
    for name in ("settings_before", "settings_after"):
        record[name] = {setting: value for setting, value in record[name].items() if setting in known}
    new = {"counts_agree", "key_distribution", "indexes_agree"}
    record["validators"] = [name for name in record["validators"] if name not in new]
    ran.folder.run_json.write_bytes(orjson.dumps(record))
    judgement = judge_folder(ran.folder.path)
    assert judgement.verdict is Outcome.PASS, judgement.because
    said = next(claim.because for claim in judgement.validators if claim.name == "settings_came_back")
    assert said.startswith("all 5 settings that were seen are as they were; not looked at: table class, ")
