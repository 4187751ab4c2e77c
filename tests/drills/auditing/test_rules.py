"""The rules of an audit: each finds what it is for, and nothing else, and is unknown where nobody could look."""

from dataclasses import replace
from typing import Any

import pytest
from dynadrill.drills.auditing.audit import ALL_RULES
from dynadrill.drills.auditing.facts import Consumer, FailedJob, KeyState, RecoveryWindow
from dynadrill.drills.auditing.rule import Answer, Expected, Wanted
from dynadrill.drills.beside import Alarm, Scaled

from .made import DAY_S, NOW_AT, OFF, REGION, STREAM, TABLE, WINDOW, points, say, table, unseen

YOUNG = replace(WINDOW, earliest_at=NOW_AT - 3 * DAY_S)
EVERYTHING = Wanted(
    period_days=35, copy_age_s=DAY_S, expected=frozenset(Expected), drills_read=True, drilled_ago_s=DAY_S
)
OLD_STREAM = STREAM.replace("2026", "2025")

FOUND: list[tuple[str, dict[str, Any]]] = [
    ("recovery-off", {"recovery": OFF}),
    ("recovery-period-short", {"recovery": replace(WINDOW, period_days=7)}),
    ("replica-recovery-off", {"replicas": {"eu-central-1": OFF}}),
    ("recovery-window-young", {"recovery": YOUNG}),
    ("deletion-protection-off", {"deletion_protection": False}),
    ("expiry-without-recovery", {"recovery": OFF}),
    ("stream-off", {"stream_arn": ""}),
    ("key-lost", {"key": KeyState("Disabled")}),
    ("key-lost", {"key": KeyState("PendingDeletion", NOW_AT + DAY_S)}),
    ("key-lost", {"status": "INACCESSIBLE_ENCRYPTION_CREDENTIALS"}),
    ("policy-missing", {"policy": ""}),
    ("nothing-elsewhere", {"replicas": {}, "copied": ()}),
    ("no-copy-in-another-account", {"copied": points(3600)}),
    ("copy-too-old", {"backups": (), "recovery_points": points(3 * DAY_S), "copied": ()}),
    ("copy-too-old", {"backups": (), "recovery_points": (), "copied": ()}),
    ("schedule-missed", {"recovery_points": points(*(DAY_S * days for days in (3, 4, 5, 6, 7)))}),
    ("job-failed", {"failed_jobs": (FailedJob("backup job", NOW_AT - 60, "FAILED"),)}),
    ("job-failed", {"failed_jobs": (FailedJob("copy job", NOW_AT - 60, "FAILED"),)}),
    ("no-way-back", {"replicas": {}, "copied": ()}),
]
"""What is wrong with the table, and the rule that finds it."""

UNSEEN = [
    ("recovery-off", "recovery"),
    ("recovery-period-short", "recovery"),
    ("recovery-window-young", "recovery"),
    ("expiry-without-recovery", "ttl_attribute"),
    ("key-lost", "key"),
    ("policy-missing", "policy"),
    ("no-copy-in-another-account", "copied"),
    ("job-failed", "failed_jobs"),
]


@pytest.mark.parametrize("rule", [rule.name for rule in ALL_RULES])
def test_nothing_is_found_of_a_table_with_everything(rule: str) -> None:
    """A rule that found something everywhere would say nothing: of a table with all that is wanted none does."""
    assert say(rule, wanted=EVERYTHING).answer is Answer.FINE


@pytest.mark.parametrize(("rule", "changes"), FOUND)
def test_a_rule_finds_what_it_is_for(rule: str, changes: dict[str, Any]) -> None:
    """What is missing at a table is a finding, with its reason and what to do about it (S1-10)."""
    said = say(rule, table(**changes), wanted=EVERYTHING)
    assert said.answer is Answer.FOUND
    assert said.because
    assert said.fix


@pytest.mark.parametrize(("rule", "field"), UNSEEN)
def test_what_nobody_could_read_is_unknown(rule: str, field: str) -> None:
    """A field that the account may not read makes the rule unknown, never fine; the reason is told."""
    said = say(rule, unseen(field), wanted=EVERYTHING)
    assert said.answer is Answer.UNKNOWN
    assert "AccessDenied" in said.because


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ("alarm-missing", "alarms"),
        ("scaling-missing", "scaled"),
        ("stream-off", "consumers"),
        ("alarm-names-missing-table", "alarms"),
        ("alarm-names-missing-table", "tables"),
        ("scaling-names-missing-table", "scaled"),
        ("consumer-of-missing-table", "consumers"),
    ],
)
def test_what_an_endpoint_does_not_have_is_unknown(rule: str, field: str) -> None:
    """Without CloudWatch, auto scaling or Lambda to ask, what hangs on them is unknown."""
    here = replace(REGION, **{field: None}, unseen={field: "answered with UnknownOperation"})  # type: ignore[arg-type]
    said = say(rule, here=here, wanted=EVERYTHING)
    assert said.answer is Answer.UNKNOWN
    assert "UnknownOperation" in said.because


def test_a_table_that_cannot_be_described_is_unknown_by_every_rule_about_it() -> None:
    """Of a table that nobody may describe no rule about it says that it is fine."""
    nothing = replace(TABLE, **{name: None for name in vars(TABLE) if name not in {"region", "name", "unseen"}})
    seen = replace(nothing, unseen={"status": "answered with AccessDenied"})
    beside = {"alarm-missing", "drill-too-old"}
    about_it = [rule.name for rule in ALL_RULES if rule.id < "DD020" and rule.name not in beside]
    answers = {name: say(name, seen, wanted=EVERYTHING).answer for name in about_it}
    assert set(answers.values()) == {Answer.UNKNOWN}, answers


def test_an_alarm_that_still_names_the_old_table_is_found() -> None:
    """After a restore to a new name alarms, scaling and consumers go on naming a table that is gone (S4-14)."""
    here = replace(
        REGION,
        alarms=(Alarm("orders-throttled", "orders-2025"),),
        scaled=(Scaled("table/orders-2025/index/by_city", ("x 70",)),),
        consumers=(Consumer("project", STREAM.replace("orders", "orders-2025")),),
    )
    for rule in ("alarm-names-missing-table", "scaling-names-missing-table", "consumer-of-missing-table"):
        said = say(rule, here=here)
        assert said.answer is Answer.FOUND
        assert "orders-2025" in said.because
    assert say("alarm-missing", here=here, wanted=EVERYTHING).answer is Answer.FOUND
    assert say("scaling-missing", here=here).answer is Answer.FOUND


def test_tables_that_could_not_be_listed_are_told_before_what_names_them() -> None:
    """With --all no table was looked at then: that is said, also where what names tables was unseen too."""
    unseen = {"tables": "ListTables was denied", "alarms": "x", "scaled": "x", "consumers": "x"}
    here = replace(REGION, tables=None, alarms=None, scaled=None, consumers=None, unseen=unseen)
    for rule in ("alarm-names-missing-table", "scaling-names-missing-table", "consumer-of-missing-table"):
        said = say(rule, here=here)
        assert said.answer is Answer.UNKNOWN
        assert said.because == "which tables there are: ListTables was denied"


def test_a_consumer_of_a_stream_that_is_gone_is_found() -> None:
    """A function that reads another stream of the table's name than its own relies on one that is gone."""
    here = replace(REGION, consumers=(Consumer("project", OLD_STREAM),))
    assert "project" in say("stream-off", here=here).because
    assert say("stream-off", here=replace(REGION, consumers=(Consumer("project", STREAM),))).answer is Answer.FINE


def test_a_policy_that_scales_is_needed_and_not_only_a_target() -> None:
    """A scalable target without a policy scales nothing."""
    assert say("scaling-missing", here=replace(REGION, scaled=(Scaled("table/orders", ()),))).answer is Answer.FOUND
    assert say("scaling-missing", table(provisioned=False)).answer is Answer.NOT_APPLICABLE


@pytest.mark.parametrize(("age_days", "answer"), [(1, Answer.FINE), (91, Answer.FOUND), (None, Answer.FOUND)])
def test_a_drill_too_long_ago_is_found(age_days: float | None, answer: Answer) -> None:
    """Without a drill that passed within the age that is allowed there is a finding (S1-35)."""
    ago_s = None if age_days is None else age_days * DAY_S
    assert say("drill-too-old", wanted=Wanted(drills_read=True, drilled_ago_s=ago_s)).answer is answer


def test_copies_at_no_equal_intervals_show_no_schedule() -> None:
    """A schedule is only said to have missed where copies came at equal intervals."""
    ages = (20 * DAY_S, 21 * DAY_S, 40 * DAY_S, 41.5 * DAY_S, 90 * DAY_S)
    assert say("schedule-missed", table(backups=(), recovery_points=points(*ages))).answer is Answer.NOT_APPLICABLE
    on_time = points(*(DAY_S * days for days in (1, 2, 3, 4)))
    assert say("schedule-missed", table(recovery_points=on_time)).answer is Answer.FINE


def test_a_job_that_was_made_up_for_is_no_finding() -> None:
    """A failed job after which a copy came about is past."""
    past = table(failed_jobs=(FailedJob("backup job", NOW_AT - 2 * DAY_S, "FAILED"),))
    assert say("job-failed", past).answer is Answer.FINE


def test_a_window_as_old_as_its_table_is_not_young() -> None:
    """Point-in-time recovery that was on from a young table's first day lost nothing."""
    assert say("recovery-window-young", table(recovery=YOUNG, created_at=NOW_AT - 3 * DAY_S)).answer is Answer.FINE
    told_nothing = RecoveryWindow(on=True)
    assert say("recovery-window-young", table(recovery=told_nothing)).answer is Answer.UNKNOWN


def test_ids_and_names_are_told_apart() -> None:
    """Each rule has an id and a name of its own: findings are known again by them."""
    assert len({rule.id for rule in ALL_RULES}) == len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)
