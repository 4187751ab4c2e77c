"""The console report: what a tired SRE reads."""

import re
from pathlib import Path

import pytest
from dynadrill.drills.judgement import Controls, Judgement, Phases, PointFigures, RestorePointFigures
from dynadrill.drills.report import render
from dynadrill.drills.runrecord import ClueRecord, PromiseRecord, RunRecord
from dynadrill.drills.terminal import Screen
from dynadrill.drills.verdict import Outcome

from .samples import NO_LOAD, NO_PHASES, NO_RPO, NO_RTO, PHASES, STRUCK_AT, broken, items, judgement, record, rpo, rto

FOLDER = Path("runs/bad_batch_delete/20261121T150000Z-7")
ASCII = Screen(80, color=False, unicode=False)
PLAIN = Screen(80, color=False, unicode=True)


def lines(found: Judgement, about: RunRecord | None = None, screen: Screen = PLAIN) -> list[str]:
    """The report, line by line."""
    return render(found, about or record(), FOLDER, screen).splitlines()


def text(found: Judgement, about: RunRecord | None = None) -> str:
    """The report with every run of blanks as one: what is said, wherever it is wrapped."""
    return " ".join(" ".join(lines(found, about)).split())


def test_the_verdict_comes_first_in_words() -> None:
    """The first thing on the page is the verdict as a word, with one sentence of why; colour is not needed for it."""
    for verdict in Outcome:
        if verdict is not Outcome.NOT_APPLICABLE:
            page = lines(judgement(verdict, because="because of this") if verdict is not Outcome.PASS else judgement())
            assert verdict.upper() in page[1]
    page = lines(judgement(Outcome.FAIL, because="12 keys are missing"))
    assert page[1] == "✗ FAIL  the table did NOT come back as promised"
    assert page[2] == "  12 keys are missing"


def test_a_good_drill_reads_well_at_80_columns() -> None:
    """S0-01, S0-02, S0-08, S0-10: target, achieved and verdict of RPO and RTO, and each phase with its time."""
    page = lines(judgement())
    assert max(map(len, page)) <= 80
    for line in (
        "✓ PASS  the table came back as promised, and every objective was met",
        "  measured        0.4 s of writes before the strike, for certain",
        "  at most         1.4 s, from the restore point measured",
        "  objective       5.0 s  ✓ met",
        "  point promised  2026-11-21T14:59:59.000Z, 1.0 s before the strike",
        "  point measured  2026-11-21T14:59:58.600Z to 14:59:59.100Z, spread 0.0 s",
        "  point found in  the clean-up script's own log",
        "  measured        55m 34s from the strike to the first good write and read",
        "  objective       4h 00m  ✓ met",
        "  expected              10,000      10,050  keys that the promise says are there",
        "  ✓ no key is in a bad class",
        "  operations      4,512: 4,498 ok, 10 failed, 4 nobody knows",
        "  rate            99.8/s reached of 100.0/s asked",
        "  latency         p50 2 ms, p99 14 ms",
        "  ✓ pass            nothing_missing: no key is missing among 10,000 keys",
        "  - not applicable  later_writes_kept: no objective was set",
        "  detector        ✓ 6 of 6 planted defects found",
        "  left behind     ✓ nothing",
        f"  judge again     dynadrill judge {FOLDER}",
    ):
        assert line in page
    assert page[-1] == "  verdict         ✓ PASS, exit code 0"
    assert "writes lost 3 before the strike, 1,214 after it (over 25m 00s), 0 after the cutover" in text(judgement())


def test_phases_are_drawn_to_scale() -> None:
    """Each phase's bar begins where the one before it ended, as long as its share of the whole."""
    page = lines(judgement())
    bars = {line[2:17].strip(): line[33:] for line in page if "░" in line or "█" in line}
    assert bars["notice"] == "░" * 10
    assert bars["decide"] == " " * 10 + "░" * 3
    assert bars["restore"] == " " * 16 + "░" * 20
    assert bars["validate"].strip() == "█"
    assert [line.split()[0] for line in page if "0m 00s  " in line and "░" in line] == ["restore"]


def test_simulated_time_is_never_passed_off_as_aws() -> None:
    """On the emulator the report says how much was simulated, and that it is not AWS's time."""
    assert "simulated 55m 30s of it (the emulator's clock was moved; this is not AWS's time)" in text(judgement())
    assert "not AWS's time" in text(judgement(), record(target_kind="endpoint"))
    assert "not AWS's time" not in text(judgement(), record(target_kind="aws"))


def test_what_was_not_measured_is_never_zero() -> None:
    """A figure that is null reads as not measured, wherever it stands."""
    phases = Phases.model_validate({**NO_PHASES, "notice": 900.0})
    unseen = judgement(
        Outcome.FAIL,
        rpo=NO_RPO,
        rto=NO_RTO.model_copy(update={"phases_s": phases}),
        load=NO_LOAD,
        in_service=None,
        items=items(),
    )
    page = lines(unseen)
    for line in (
        "  measured        not measured",
        "  at most         not measured",
        "  writes lost     not measured",
        "  point promised  not measured",
        "  point measured  not measured",
        "  restore          not measured",
        "  not compared: no snapshot of a recovered table",
        "  no operation was counted",
    ):
        assert line in page
    assert "measured not measured: there was no good write and read on a recovered table" in text(unseen)
    assert " 0 " not in text(unseen)
    assert "0.0 s" not in text(unseen)


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({}, "5.0 s ✓ met"),
        ({"objective_s": 0.3}, "0.3 s ! MISSED"),
        ({"objective_s": 1.0}, "1.0 s ? unknown: too few writes to tell"),
        ({"objective_s": None}, "none asked for"),
        ({"measured_s": None, "at_most_s": None}, "5.0 s ? unknown: not measured"),
        ({"measured_s": None, "at_most_s": None, "holes": True}, "5.0 s ? unknown: there is no RPO to hold it to"),
    ],
)
def test_the_rpo_is_held_to_its_objective(figures: dict[str, object], says: str) -> None:
    """S0-01: met when at most is within it, missed when measured is beyond it, unknown between the two."""
    assert f"objective {says}" in text(judgement(rpo=rpo(**figures)))


def test_the_rto_is_held_to_its_objective() -> None:
    """S0-02: an RTO beyond its objective reads MISSED, an unmeasured one unknown."""
    assert "objective 1.0 s ! MISSED" in text(judgement(rto=rto(objective_s=1.0)))
    assert "objective 4h 00m ? unknown" in text(judgement(rto=NO_RTO))
    exact = sum(PHASES.values())
    assert "✓ met" in text(judgement(rto=rto(objective_s=exact), rpo=rpo(objective_s=None)))


def test_holes_are_loud() -> None:
    """Writes lost from before the promised point are no RPO, and the report says so."""
    assert "no RPO: writes from BEFORE the promised point are lost" in text(broken())


def test_a_point_after_the_strike_is_loud() -> None:
    """S0-11: a restore point after the disaster is told as such."""
    late = judgement(rpo=rpo(promised_point_at=STRUCK_AT + 600))
    assert "2026-11-21T15:10:00.000Z, 10m 00s AFTER the strike" in text(late)


def test_a_promise_without_a_point() -> None:
    """A recovery that promises to undo has no restore point, which is not the same as one that was not measured."""
    undo = record(promise=PromiseRecord(kind="undo", point_at=None, boundary_s=None, found_from=""))
    found = text(judgement(rpo=rpo(promised_point_at=None)), undo)
    assert "point promised none: every good write, whenever it was made" in found
    assert "point found in" not in found


def test_bad_keys_are_named() -> None:
    """Only classes with keys are listed, with a meaning and an example; the worst claims come first."""
    page = lines(broken())
    assert "  ✗ missing                 12           0  absent, and should not be" in page
    assert "  ✗ stale                    8           0  hold an older value" in page
    assert "    missing       user-000123: deleted by the disaster" in page
    assert not any("phantom  " in line or "resurrected" in line or "no key is in a bad class" in line for line in page)
    signs = [line.split()[1] for line in page if line.startswith(("  ✗ FAIL", "  ? unknown", "  ! missed"))]
    assert signs == ["FAIL", "unknown", "missed"]


def test_a_detector_that_failed_is_loud() -> None:
    """A planted defect that was not found, or none planted, is said in capitals or with a question mark."""
    assert "✗ ONLY 5 of 6 planted defects found: phantom: counted 0 more, expected 1" in text(broken())
    assert "? no defect was planted" in text(judgement(controls=Controls(planted=0, caught=0, missed=[])))


def test_leftovers_are_loud() -> None:
    """What could not be removed is named, and an otherwise good run says so at the top."""
    left = judgement(exit_code=6, leftovers=["table a", "backup b"])
    page = lines(left)
    assert page[3].startswith("✗ LEFTOVERS")
    assert "  left behind     ✗ table a" in page
    assert "✗ backup b" in text(left)


def test_what_a_killed_drill_left_is_not_known() -> None:
    """Nobody looked what a drill left that was killed, so the report does not say that it is nothing."""
    page = text(judgement(leftovers_known=False))
    assert "left behind ? not known: `dynadrill sweep " in page
    assert "✓ nothing" not in page


def test_a_drill_that_struck_nothing_shows_no_figures() -> None:
    """A run that ended before its disaster has no RPO and no RTO to show."""
    found = lines(
        judgement(
            Outcome.UNSUPPORTED, struck_at=None, rpo=NO_RPO, rto=NO_RTO, items=items(), in_service=None, load=NO_LOAD
        )
    )
    assert "NOTHING WAS STRUCK" in found
    assert not [line for line in found if "RPO" in line or "RTO" in line or "KEYS" in line]


def test_a_strike_that_is_lost_is_not_denied() -> None:
    """Where run.json has what was found after the strike, a history without it has lost it."""
    clue = ClueRecord(source="the script's log", first_bad_at=None, logged=0, marker=[])
    found = lines(judgement(Outcome.UNKNOWN, struck_at=None, rpo=NO_RPO, rto=NO_RTO), record(clue=clue))
    assert "THE STRIKE IS NOT IN THE HISTORY" in found
    assert "NOTHING WAS STRUCK" not in found


def test_a_failover_names_the_outage_and_how_far_before_it_it_may_be() -> None:
    """No point was chosen there: the promise is from the outage back by the lag."""
    promise = PromiseRecord(kind="failover", point_at=STRUCK_AT, boundary_s=(-1.5, 0.0), found_from="a heartbeat")
    assert "the outage, and up to 1.5 s before it" in text(judgement(), record(promise=promise))


def test_a_forced_cutover_is_told() -> None:
    """A cutover against the validation's advice stands in the head."""
    assert "the cutover was forced (--force-cutover)" in lines(judgement(), record(forced_cutover=True))


def test_ascii_terminals_get_ascii() -> None:
    """S1-64: without Unicode and without colour every level is still there in words and signs."""
    for found in (judgement(), broken().model_copy(update={"because": "12 keys"})):
        page = render(found, record(), FOLDER, ASCII)
        assert page.isascii()
        assert "\x1b" not in page
    assert "x FAIL" in page
    assert "? unknown" in page
    assert "! missed" in page


def test_colours_only_add() -> None:
    """S1-64: the coloured report without its colours is the plain one."""
    colored = render(broken(), record(), FOLDER, Screen(80, color=True, unicode=True))
    assert "\x1b[" in colored
    bare = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in bare.splitlines()] == lines(broken())


def test_control_characters_are_shown_not_obeyed() -> None:
    """A key that holds terminal commands or markup cannot change the page."""
    page = lines(broken())
    assert not any("\x1b" in line for line in page)
    assert any("user-\\x1b[31m9 (in service)" in line for line in page)
    assert "[red]x[/red]" in text(judgement(because="[red]x[/red]"))


@pytest.mark.parametrize("width", [40, 60, 100])
def test_other_widths(width: int) -> None:
    """The page fits narrower and wider terminals."""
    page = lines(broken(), screen=Screen(width, color=False, unicode=True))
    assert max(map(len, page)) <= width
    assert any("missing" in line for line in page)


def test_the_curve_of_restore_points_is_drawn() -> None:
    """The best second is marked, what the run took is marked, and bars stand for what is lost and what is kept."""
    points = [
        PointFigures(at=STRUCK_AT - 61, recovered=9, good_lost=40, bad_kept=0),
        PointFigures(at=STRUCK_AT - 1, recovered=9, good_lost=20, bad_kept=0),
        PointFigures(at=STRUCK_AT + 5, recovered=0, good_lost=0, bad_kept=12),
    ]
    found = RestorePointFigures(
        first_bad_at=STRUCK_AT,
        clue_first_bad_at=STRUCK_AT - 0.5,
        best_at=STRUCK_AT - 1,
        bad_writes=12,
        damaged_keys=9,
        points=points,
    )
    promise = PromiseRecord(kind="rewind", point_at=STRUCK_AT + 5, boundary_s=(0.0, 0.0), found_from="as asked for")
    clue = ClueRecord(source="the script's log", first_bad_at=STRUCK_AT - 0.5, logged=9, marker=[])
    made = record(promise=promise, clue=clue, prevention="Print the count first.")
    page = lines(judgement(restore_points=found), made)
    assert "0.5 s earlier, in the script's log" in text(judgement(restore_points=found), made)
    best = next(line for line in page if re.search(r":59 best ", line))
    taken = next(line for line in page if re.search(r":05 taken ", line))
    assert best.split()[2:] == ["9", "20", "███████", "0"]
    assert taken.split()[2:] == ["0", "0", "12", "░░░░░░░░░░░░░░"]
    assert page[page.index("WHAT WOULD HAVE PREVENTED IT") + 1] == "  Print the count first."


def test_without_bad_writes_there_is_no_curve() -> None:
    """Of a drill whose disaster wrote no items the section is left out, and so is a prevention that nobody wrote."""
    page = lines(judgement())
    assert "WHERE TO GO BACK TO" not in page
    assert "WHAT WOULD HAVE PREVENTED IT" not in page
