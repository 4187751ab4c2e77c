"""The plan: what the options of `dynadrill run` come to, and what is refused before anything is touched."""

from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.plan import Asked, Plan, make_plan
from dynadrill.drills.quantities import At, Auto, FromStrike, Latest
from dynadrill.drills.store import RunFolder


def planned(**options: Any) -> Plan:
    """The plan for these options."""
    asked = Asked(**{"scenario": "bad_batch_delete", "seed": 7, **options})
    return make_plan(asked, lambda name, seed: RunFolder(Path(f"{name}-{seed}")))


def test_the_scenario_decides_what_is_not_asked_for() -> None:
    """Without options a plan is the scenario as it is written."""
    plan = planned()
    scenario = plan.scenario
    assert (plan.items, plan.users, plan.rate_per_s) == (
        scenario.items,
        scenario.workload.users,
        scenario.workload.rate_per_s,
    )
    assert (plan.notice_s, plan.decide_s, plan.starts_at) == (scenario.notice_s, scenario.decide_s, scenario.starts_at)
    assert plan.objectives == scenario.objectives
    assert (plan.recovery, plan.disaster) == (scenario.recovery, scenario.disaster)
    assert (plan.scenario_name, plan.recovery_name, plan.disaster_name) == (
        "bad_batch_delete",
        "point_in_time",
        "batch_delete",
    )
    assert (plan.target, plan.pace, plan.to, plan.force_cutover) == ("embedded", "real", Auto(), False)
    assert plan.folder.path == Path("bad_batch_delete-7")


def test_options_decide_what_they_name() -> None:
    """S0-01, S0-02, S0-10: RPO, RTO, the time to notice and all else can be set; 0 is a value, not an absence."""
    plan = planned(
        recovery="nothing",
        disaster="overwrite",
        pace="virtual",
        items=1,
        users=2,
        rate=0.5,
        notice="15m",
        decide="0s",
        rpo="0s",
        rto="1h",
        max_lost_after=0,
        force_cutover=True,
        target="http://127.0.0.1:1",
    )
    assert (plan.recovery_name, plan.disaster_name, plan.pace) == ("nothing", "overwrite", "virtual")
    assert type(plan.recovery).__name__ == "Nothing"
    assert type(plan.disaster).__name__ == "Overwrite"
    assert (plan.items, plan.users, plan.rate_per_s) == (1, 2, 0.5)
    assert (plan.notice_s, plan.decide_s) == (900.0, 0.0)
    assert (plan.objectives.rpo_s, plan.objectives.rto_s, plan.objectives.max_lost_after) == (0.0, 3600.0, 0)
    assert plan.force_cutover
    assert plan.target == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("text", "point"),
    [("latest", Latest()), ("strike+2s", FromStrike(2)), ("1534285294.754", At(1534285294.754))],
)
def test_the_restore_point_is_read(text: str, point: object) -> None:
    """S0-17, S4-06: `--to` chooses the point of a point-in-time recovery."""
    assert planned(to=text).to == point


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"scenario": "bad_bach_delete"}, "no scenario called 'bad_bach_delete'"),
        ({"scenario": "nowhere/gone.py"}, "cannot read nowhere/gone.py"),
        ({"recovery": "pray"}, "no recovery called 'pray'"),
        ({"disaster": "flood"}, "no disaster called 'flood'"),
        ({"pace": "brisk"}, "--pace 'brisk'"),
        ({"items": 0}, "--items is 0"),
        ({"items": -5}, "--items is -5"),
        ({"users": 0}, "--users is 0"),
        ({"users": -1}, "--users is -1"),
        ({"seed": -1}, "--seed is -1"),
        ({"max_lost_after": -1}, "--max-lost-after is -1"),
        ({"rate": 0.0}, "--rate is 0"),
        ({"rate": -2.5}, "--rate is -2.5"),
        ({"rate": float("nan")}, "--rate is nan"),
        ({"rate": float("inf")}, "--rate is inf"),
        ({"notice": "soon"}, "--notice: 'soon' is no duration"),
        ({"decide": "-5s"}, "--decide: '-5s' is no duration: it is negative"),
        ({"rpo": "5"}, "--rpo: '5' is no duration: it has no unit"),
        ({"rto": ""}, "--rto: '' is no duration: it is empty"),
        ({"to": "15:10"}, "--to: '15:10' is no time"),
        ({"to": "2026-11-21T15:10:00"}, "it has no zone"),
        ({"to": "latest", "recovery": "nothing"}, "recovery nothing cannot choose its point"),
        ({"to": "strike-1s", "recovery": "on_demand_backup"}, "recovery on_demand_backup cannot choose its point"),
    ],
)
def test_bad_options_are_refused_before_anything_is_touched(options: dict[str, Any], says: str) -> None:
    """S0-17: every nonsense option is refused by name, with what to do, and no run folder is made."""

    def no_folder(name: str, seed: int) -> RunFolder:
        raise AssertionError(f"a folder was made for {name}")

    with pytest.raises(UsageError) as caught:
        make_plan(Asked(**{"scenario": "bad_batch_delete", "seed": 7, **options}), no_folder)
    assert says in caught.value.message
    assert caught.value.hint
