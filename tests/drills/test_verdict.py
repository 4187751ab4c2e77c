"""How verdicts merge, and which exit code each has."""

from itertools import permutations

import pytest
from dynadrill.drills.verdict import (
    EXIT_CODES,
    WORST_FIRST,
    ExitCode,
    Outcome,
    failed,
    missed,
    not_applicable,
    passed,
    unknown,
    worst,
)


def test_the_worst_wins_in_any_order() -> None:
    """Fail > unknown > missed > pass, whatever the number and order of the others."""
    assert WORST_FIRST == (Outcome.FAIL, Outcome.UNKNOWN, Outcome.MISSED, Outcome.PASS)
    for length in range(1, 5):
        for outcomes in permutations(WORST_FIRST, length):
            assert worst(outcomes) is min(outcomes, key=WORST_FIRST.index)


@pytest.mark.parametrize("said", [[], [Outcome.NOT_APPLICABLE], [Outcome.NOT_APPLICABLE] * 3])
def test_where_nothing_has_a_say_the_answer_is_unknown(said: list[Outcome]) -> None:
    """No vacuous pass."""
    assert worst(said) is Outcome.UNKNOWN


def test_what_is_not_applicable_has_no_say() -> None:
    """It neither helps nor hurts."""
    for outcome in WORST_FIRST:
        assert worst([Outcome.NOT_APPLICABLE, outcome]) is outcome


def test_each_verdict_has_its_exit_code() -> None:
    """0 pass, 1 fail, 2 unknown, 3 missed, 4 unsupported, 5 refused; a claim's not applicable ends no run."""
    assert {outcome.value: int(code) for outcome, code in EXIT_CODES.items()} == {
        "pass": 0,
        "fail": 1,
        "unknown": 2,
        "missed": 3,
        "unsupported": 4,
        "refused": 5,
    }
    codes = [ExitCode.LEFTOVERS, ExitCode.USAGE, ExitCode.DEFECT, ExitCode.INTERRUPTED, ExitCode.TERMINATED]
    assert codes == [6, 64, 70, 130, 143]


def test_every_verdict_says_why() -> None:
    """One line each, with its outcome."""
    made = [made_by("because") for made_by in (passed, failed, missed, unknown, not_applicable)]
    assert [verdict.outcome.value for verdict in made] == ["pass", "fail", "missed", "unknown", "not applicable"]
    assert {verdict.because for verdict in made} == {"because"}
