"""Strategies against objectives, with cells made for the purpose: what meets, what does not, and why."""

from dataclasses import replace
from typing import Any

import pytest
from dynadrill.drills.advice.figures import Answered, Weighed
from dynadrill.drills.advice.measured import Cell, Cells
from dynadrill.drills.advice.strategies import Disaster, known, wanted_cells
from dynadrill.drills.advice.tree import Needs
from dynadrill.drills.advice.weighing import Scales, contradictions
from dynadrill.drills.costs.estimate import GB, Size, Usage
from dynadrill.drills.costs.prices import read_prices
from dynadrill.drills.verdict import Outcome

M, H, D = 60.0, 3600.0, 86400.0
STORIES = {"overwrite": "bad_overwrite", "dropped_table": "dropped_table", "lost_region": "regional_us_east_2"}
FAILS = {("overwrite", "global_table_failover"), ("lost_region", "point_in_time")}


def cell(disaster: str, recovery: str, **fields: Any) -> Cell:
    """A cell that passed: a second lost, two hours of the emulator's."""
    right = {"verdict": Outcome.PASS, "rpo_s": 1.0, "rto_s": 2 * H, "simulated_s": 2 * H, "why": "all claims hold"}
    wrong = {"verdict": Outcome.FAIL, "rpo_s": None, "rto_s": None, "simulated_s": None, "why": "it is gone"}
    told = wrong if (disaster, recovery) in FAILS else right
    return Cell(disaster=disaster, recovery=recovery, scenario=STORIES[disaster], **{**told, **fields})


def scales(rpo_s: float, rto_s: float, **needs: Any) -> Scales:
    """Every cell that is wanted, a table of 1 GB, and what is asked for."""
    cells = Cells({place: cell(*place) for place in wanted_cells()}, "the test")
    return Scales(Needs(rpo_s, rto_s, **needs), cells, Usage(Size(GB), 1_000_000), read_prices())


def weighed(found: Scales, name: str) -> Weighed:
    """One strategy of them."""
    return found.weigh(name, known().strategy[name])


def answer(found: Weighed, kind: Disaster) -> Answered:
    """Its answer to a kind of disaster."""
    return next(each for each in found.answers if each.kind is kind)


def test_a_strategy_that_fails_a_kind_of_disaster_does_not_meet_anything() -> None:
    """A global table alone brings no bad write back; point-in-time recovery alone meets all but a lost Region."""
    asked = scales(D, D)
    assert not weighed(asked, "global_tables").meets
    assert "bad writes: it is gone" in weighed(asked, "global_tables").why_not
    assert weighed(asked, "point_in_time").meets
    assert not weighed(scales(D, D, region_loss=True), "point_in_time").meets
    assert weighed(scales(D, D, region_loss=True), "global_tables_and_point_in_time").meets


def test_a_backup_every_hour_is_no_rpo_of_an_hour() -> None:
    """Of a schedule the worst moment counts, with the copy's time: for an hour hourly copies are too few."""
    found = weighed(scales(H, 8 * H, region_loss=True), "hourly_copies")
    lost = answer(found, Disaster.LOST_REGION)
    assert lost.rpo is not None
    assert lost.rpo.basis == "modelled"
    assert lost.rpo.value is not None
    assert 1.25 * H < lost.rpo.value < 1.5 * H
    assert not found.meets
    assert weighed(scales(2 * H, 8 * H, region_loss=True), "hourly_copies").meets
    (said,) = contradictions(scales(H, 8 * H, region_loss=True), [found])
    assert "a backup every 1h 00m does not make an RPO of 1h 00m" in said
    assert "back up every 43m" in said


def test_an_rto_of_a_quarter_of_an_hour_contradicts_every_restore() -> None:
    """It is named for what it is, and no strategy that restores is said to meet it, however fast the emulator was."""
    asked = scales(D, 15 * M, react_s=0.0)
    quick = {place: each.model_copy(update={"rto_s": 60.0}) for place, each in asked.cells.by_place.items()}
    found = replace(asked, cells=Cells(quick, "the test")).all()
    assert not any(each.meets for each in found)
    assert "an RTO of 15m 00s and a restore contradict each other" in contradictions(asked, found)[0]
    assert not contradictions(scales(D, H), found)


def test_each_number_says_what_it_rests_on() -> None:
    """S1-05, S1-06: the point is measured, a long restore modelled; one quicker than is planned with is assumed."""
    writes = answer(weighed(scales(D, D), "point_in_time"), Disaster.BAD_WRITES)
    assert writes.rpo is not None
    assert writes.rto is not None
    assert (writes.rpo.value, writes.rpo.basis, writes.rto.basis) == (1.0, "measured", "modelled")
    asked = scales(D, D, react_s=10 * M)
    quick = Cells(
        {**asked.cells.by_place, ("overwrite", "point_in_time"): cell("overwrite", "point_in_time", rto_s=M)}, ""
    )
    writes = answer(weighed(replace(asked, cells=quick), "point_in_time"), Disaster.BAD_WRITES)
    assert writes.rto is not None
    assert (writes.rto.value, writes.rto.basis) == (30 * M, "assumed")


def test_nobody_drilled_it_is_no_pass() -> None:
    """A cell that is missing meets nothing."""
    asked = replace(scales(D, D), cells=Cells({}, "nothing"))
    assert not any(each.meets for each in asked.all())
    assert "nobody has drilled overwrite with point_in_time" in weighed(asked, "point_in_time").why_not[0]


def test_a_budget_leaves_out_what_costs_more() -> None:
    """S1-07: a month is priced by the dated table; where no money is enough the cheapest that would do is named."""
    free = scales(D, D)
    month = weighed(free, "point_in_time").monthly_usd
    assert (month.value, month.basis) == (0.20, "modelled")
    asked = scales(D, D, budget_usd=0.10)
    found = asked.all()
    assert not any(each.meets for each in found)
    (said,) = contradictions(asked, found)
    assert "the cheapest that meets the rest is point_in_time" in said
    assert scales(D, D, budget_usd=0.20).all()[0].meets


def test_for_auditors_an_archive_is_counted_with_every_strategy() -> None:
    """S1-62: 35 days are no archive, so that daily backups are kept, and paid for, beside whatever else is chosen."""
    month = {each.name: each.monthly_usd.value or 0.0 for each in scales(H, 4 * H).all()}
    asked = scales(H, 4 * H, compliance=True)
    for each in asked.all():
        beside = 0.0 if each.name == "daily_backups" else month["daily_backups"]
        assert each.monthly_usd.value == pytest.approx(month[each.name] + beside, abs=0.02)
    (said,) = contradictions(asked, asked.all())
    assert "a month of daily_backups is counted with every other strategy" in said


def test_prices_that_nobody_confirmed_make_an_assumption() -> None:
    """The copy to another Region has a price from memory, and the sum says so."""
    month = weighed(scales(D, D), "hourly_copies").monthly_usd
    assert month.basis == "assumed"
    assert "at prices that AWS was not seen to confirm" in month.because


@pytest.mark.parametrize(
    ("name", "rpo", "rto"),
    [
        ("point_in_time", (0, 60), (20 * M, 4 * H)),
        ("hourly_copies", (H, 2 * H), (H, 4 * H)),
        ("global_tables", (0, 60), (M, 4 * H)),
        ("point_in_time_and_hourly_copies", (0, 2 * H), (20 * M, 4 * H)),
    ],
)
def test_the_patterns_are_held_to_their_claims(name: str, rpo: tuple[float, float], rto: tuple[float, float]) -> None:
    """S1-27, S1-28, S1-29, S1-30: recovery in the Region, copies, global tables, hybrid, by RPO and RTO in order."""
    found = weighed(scales(D, D, region_loss=True), name)
    numbers = [each for each in found.answers if each.rpo and each.rto]
    assert numbers
    for each in numbers:
        assert each.rpo is not None
        assert each.rto is not None
        assert rpo[0] <= (each.rpo.value or 0.0) <= rpo[1]
        assert rto[0] <= (each.rto.value or 0.0) <= rto[1]
